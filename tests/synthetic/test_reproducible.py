"""Same arguments, same bytes: on any locale, time zone, hash seed and number of threads."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from include.errors import UsageError
from include.settings import REPOSITORY
from include.synthetic import generate_force

_SCRIPT = """
import sys
from pathlib import Path
from include.synthetic import generate_force
generate_force(Path(sys.argv[1]), 600, seed=7)
"""


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes_everywhere(tmp_path: Path) -> None:
    generate_force(tmp_path / "here", 600, seed=7)
    for number, odd in enumerate(
        (
            {
                "PYTHONHASHSEED": "1",
                "TZ": "Pacific/Kiritimati",
                "LC_ALL": "tr_TR.UTF-8",
                "OMP_NUM_THREADS": "1",
            },
            {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LC_ALL": "C", "ARROW_NUM_THREADS": "1"},
        )
    ):
        folder = tmp_path / str(number)
        subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(folder)], check=True, cwd=REPOSITORY, env=os.environ | odd
        )
        assert digest(folder) == digest(tmp_path / "here")


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    generate_force(tmp_path / "a", 200, seed=1)
    generate_force(tmp_path / "b", 200, seed=2)
    first, second = digest(tmp_path / "a"), digest(tmp_path / "b")
    assert first.keys() >= {"landing/police_records/20260809/nominals.csv"}
    assert (
        first["landing/police_records/20260809/nominals.csv"]
        != second["landing/police_records/20260809/nominals.csv"]
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"nominals": 10}, "nominals"),
        ({"effect": 1.0}, "effect"),
        ({"effect": -0.1}, "effect"),
        ({"extract_date": date(1990, 1, 1)}, "extract date"),
    ],
)
def test_arguments_out_of_range_are_named(tmp_path: Path, arguments: dict[str, object], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        generate_force(tmp_path, **arguments)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    generate_force(tmp_path, 50)
    before = digest(tmp_path)
    with pytest.raises(UsageError, match="exists"):
        generate_force(tmp_path, 50)
    assert digest(tmp_path) == before
