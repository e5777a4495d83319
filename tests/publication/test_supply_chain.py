"""What is installed is pinned by hash, is on a list with its licence, and can be installed without a network."""

from __future__ import annotations

import json
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from include.bill_of_materials import bill, licence_of, read_lock, write_bill
from include.errors import InputError
from include.settings import REPOSITORY

LOCKS = ["requirements-bootstrap", "requirements", "requirements-dev", "requirements-production"]
# Licences that would oblige the force to publish its own code if it handed the system on. Where a package may be
# taken under another licence as well, it is.
COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
MAY_BE_TAKEN_OTHERWISE = {"pyphen", "text-unidecode"}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_its_hash(name: str) -> None:
    packages = read_lock(REPOSITORY / f"{name}.lock")
    assert packages
    assert all(package.hashes for package in packages)
    assert len({package.name for package in packages}) == len(packages)


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_a_place_to_download_from(name: str) -> None:
    assert "://" not in (REPOSITORY / f"{name}.lock").read_text()


@pytest.mark.parametrize("lock", ["requirements-dev", "requirements-production"])
def test_the_larger_locks_hold_the_very_versions_of_the_smallest(lock: str) -> None:
    larger = {package.name: package.version for package in read_lock(REPOSITORY / f"{lock}.lock")}
    base = {package.name: package.version for package in read_lock(REPOSITORY / "requirements.lock")}
    assert {name: larger.get(name) for name in base} == base


@pytest.mark.parametrize("text", ["numpy>=2\n", "numpy==2.4.6\n", "numpy\n", "git+ssh://somewhere/numpy\n"])
def test_a_lock_that_pins_nothing_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.lock").write_text(text)
    with pytest.raises(InputError):
        read_lock(tmp_path / "x.lock")


def test_the_bill_lists_what_is_installed(tmp_path: Path) -> None:
    assert write_bill(REPOSITORY / "requirements.lock", tmp_path) > 100
    held = json.loads((tmp_path / "bill-of-materials.json").read_text())
    assert (held["bomFormat"], held["specVersion"]) == ("CycloneDX", "1.6")
    for component in held["components"]:
        assert metadata.version(component["name"]) == component["version"]
        assert all(re.fullmatch(r"[0-9a-f]{64}", one["value"]) for one in component["properties"])
        assert component["properties"]
    refs = [component["bom-ref"] for component in held["components"]]
    assert len(set(refs)) == len(refs)
    assert set(held["dependencies"][0]["dependsOn"]) == set(refs)


def test_the_bill_is_the_same_for_the_same_packages() -> None:
    packages = read_lock(REPOSITORY / "requirements.lock")
    assert bill(packages, "n", "1") == bill(list(reversed(packages)), "n", "1")
    assert bill(packages, "n", "1")["serialNumber"] != bill(packages[1:], "n", "1")["serialNumber"]


def test_every_licence_is_known_and_none_binds_what_is_built_on_it(tmp_path: Path) -> None:
    packages = read_lock(REPOSITORY / "requirements.lock")
    assert [package.name for package in packages if not package.licence] == []
    binding = {package.name for package in packages if COPYLEFT.search(package.licence)}
    assert binding == MAY_BE_TAKEN_OTHERWISE
    for name in binding:
        assert re.search(r"MPL|Artistic", licence_of(name))


def test_with_a_folder_of_wheels_no_installer_looks_anywhere_else(tmp_path: Path) -> None:
    """Every line of the Makefile that installs, as make would run it on a machine without an environment."""
    (tmp_path / "Makefile").write_text((REPOSITORY / "Makefile").read_text())
    for name in [*(f"{lock}.lock" for lock in LOCKS), "pyproject.toml"]:
        (tmp_path / name).write_text("")
    said = subprocess.run(
        ["make", "-n", "test-production", "WHEELS=a folder of wheels"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installs = [line for line in said.splitlines() if "pip install" in line]
    assert len(installs) == 6  # installer; run and this project; tests; production and this project
    for line in installs:
        assert "--no-index --find-links 'a folder of wheels'" in line
        assert "--offline" in line or "python -m pip" in line
        assert "--require-hashes" in line or "--no-deps --no-build-isolation -e ." in line
