"""The software bill of materials: what the lock file names, with hashes and licences (CycloneDX 1.6).

    python -m include.bill_of_materials requirements.lock FOLDER

writes ``bill-of-materials.json`` and ``licences.csv``. Versions and hashes come from the lock, which is what is
installed; licences from the installed packages, which are what they say of themselves.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import uuid
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any

from include.errors import InputError

_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_OUR_NAMESPACE = uuid.UUID("6f1a3c1e-6d0b-4b52-9a55-5d7e0c8a2f10")
# What a package that names no licence in a readable field says in its licence file.
_LICENCE_IN_FILE = (
    ("MIT License", "MIT"),
    ("Apache License", "Apache-2.0"),
    ("BSD 3-Clause", "BSD-3-Clause"),
)


@dataclass(frozen=True)
class Package:
    """One package of the lock: its name, version, SHA-256 hashes of the files that may be installed, licence."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str


def read_lock(lock: Path) -> list[Package]:
    """Read a lock file, and the licence of each package that is installed.

    Raises:
        InputError: A line has no version or no hash: such a lock pins nothing.
    """
    packages: list[tuple[str, str, list[str]]] = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        found = _REQUIREMENT.match(line)
        if found:
            packages.append((found[1], found[2], []))
        elif hashed := _HASH.search(line):
            packages[-1][2].append(hashed[1])
        elif line.strip() and not line.lstrip().startswith("#"):
            raise InputError(
                f"{lock.name}: {line.strip()!r} pins no version.", "Make the lock again: `make lock`."
            )
    for name, version, hashes in packages:
        if not hashes:
            raise InputError(
                f"{lock.name}: {name} {version} has no hash.", "Make the lock again: `make lock`."
            )
    return [Package(name, version, tuple(hashes), licence_of(name)) for name, version, hashes in packages]


def licence_of(name: str) -> str:
    """Return the licence that an installed package states; empty if it states none or is not installed."""
    try:
        package = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return ""
    stated: Message = package.metadata  # type: ignore[assignment]
    if expression := stated.get("License-Expression"):
        return str(expression)
    classes = [
        value.rpartition(" :: ")[2]
        for value in stated.get_all("Classifier", [])
        if value.startswith("License ::")
    ]
    named = [one for one in classes if one != "OSI Approved"]
    text = str(stated.get("License") or "").strip()
    if named:
        return "; ".join(sorted(set(named)))
    if text and "\n" not in text and len(text) < 80:
        return text
    return _from_file(package)


def _from_file(package: metadata.Distribution) -> str:
    for file in package.files or []:
        if re.search(r"(licen[cs]e|copying)[^/]*$", str(file), re.IGNORECASE):
            head = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")[:2000]
            for sign, licence in _LICENCE_IN_FILE:
                if sign.lower() in head.lower():
                    return licence
    return ""


def bill(packages: list[Package], name: str, version: str) -> dict[str, Any]:
    """Return the bill in CycloneDX 1.6; the same packages give the same bytes."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{_canonical(one.name)}@{one.version}",
            "name": one.name,
            "version": one.version,
            "purl": f"pkg:pypi/{_canonical(one.name)}@{one.version}",
            "licenses": [{"license": {"name": one.licence}}] if one.licence else [],
            "properties": [{"name": "lock:sha256", "value": value} for value in one.hashes],
        }
        for one in sorted(packages, key=lambda package: _canonical(package.name))
    ]
    serial = uuid.uuid5(_OUR_NAMESPACE, json.dumps(components, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": name, "name": name, "version": version},
        },
        "components": components,
        "dependencies": [{"ref": name, "dependsOn": [str(one["bom-ref"]) for one in components]}],
    }


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def write_bill(lock: Path, folder: Path) -> int:
    """Write both files and return how many packages they list."""
    packages = read_lock(lock)
    own = "high-harm-warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(bill(packages, own, metadata.version(own)), indent=1) + "\n"
    (folder / "bill-of-materials.json").write_text(text, encoding="utf-8")
    with (folder / "licences.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("package", "version", "licence"))
        for one in sorted(packages, key=lambda package: _canonical(package.name)):
            table.writerow((one.name, one.version, one.licence or "not stated"))
    return len(packages)


if __name__ == "__main__":
    write_bill(Path(sys.argv[1]), Path(sys.argv[2]))
