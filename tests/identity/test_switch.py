"""The switch: with `exact` nothing of the linkage model is part of the version; with `model` all of it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from include.errors import UsageError
from include.settings import REPOSITORY
from include.warehouse.parameters import algorithm_version, read_parameters

SEEDS = REPOSITORY / "dbt_project" / "seeds"


def seeds_with(folder: Path, identity: str) -> Path:
    """Copy the seeds with another value of the switch."""
    shutil.copytree(SEEDS, folder)
    replace(folder / "algorithm_parameters.csv", "\nidentity,exact,", f"\nidentity,{identity},")
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_exact_is_what_comes_with_the_warehouse() -> None:
    assert read_parameters(SEEDS)["identity"] == "exact"


@pytest.mark.parametrize("identity", ["exact", "model"])
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (
            "algorithm_parameters.csv",
            "\nidentity_automatic_probability,0.99,",
            "\nidentity_automatic_probability,0.95,",
        ),
        ("identity_model.csv", "surname,same,0.9", "surname,same,0.8"),
        ("nicknames.csv", "\nbob,robert,", "\nbobo,robert,"),
    ],
)
def test_what_the_model_rests_on_makes_a_version_only_where_it_is_in_force(
    tmp_path: Path, identity: str, file: str, old: str, new: str
) -> None:
    folder = seeds_with(tmp_path / "seeds", identity)
    before = algorithm_version(folder)
    replace(folder / file, old, new)
    assert (algorithm_version(folder) == before) is (identity == "exact")


def test_the_switch_itself_makes_a_version(tmp_path: Path) -> None:
    assert algorithm_version(seeds_with(tmp_path / "seeds", "model")) != algorithm_version(SEEDS)


def test_any_other_value_is_refused(tmp_path: Path) -> None:
    folder = seeds_with(tmp_path / "seeds", "Model")
    with pytest.raises(UsageError, match="identity is 'Model'.*\n.*exact or model"):
        read_parameters(folder)
