"""dbt parses a project once: what is kept belongs to one content of it."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from include.settings import Settings
from include.warehouse.build import PROJECT, copy_project, parsed_ahead, parsed_project


def test_an_empty_path_of_the_environment_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("HHW_PARSED_DIR", "HHW_DATA_DIR", "HHW_LANDING")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    usual = Settings()
    for name in names:
        monkeypatch.setenv(name, "")
    assert Settings() == usual


def test_the_copy_of_the_project_is_private_however_open_the_project_is(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    copy_project(Settings(data_dir=tmp_path / "data"), folder)
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}
    assert modes == {(True, 0o700), (False, 0o600)}


@pytest.mark.slow
def test_it_is_parsed_beside_other_work_and_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", parsed_dir=tmp_path / "parsed")
    with parsed_ahead(settings):
        assert not (tmp_path / "parsed").exists()
    (kept,) = (tmp_path / "parsed").iterdir()
    made = kept.stat().st_mtime_ns
    with parsed_ahead(settings):
        pass
    assert [path.stat().st_mtime_ns for path in (tmp_path / "parsed").iterdir()] == [made]
    assert list(settings.work_dir.iterdir()) == []


@pytest.mark.slow
def test_work_that_breaks_down_ends_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", parsed_dir=tmp_path / "parsed")
    with pytest.raises(RuntimeError, match="no deliveries"), parsed_ahead(settings):
        raise RuntimeError("no deliveries")
    assert not (tmp_path / "parsed").exists()
    assert list(settings.work_dir.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["models/intermediate/rankings/int_run_dates.sql", "seeds/harm_index.csv", "profiles.yml"]
)
def test_an_edited_file_makes_another_project(tmp_path: Path, name: str) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    copy = shutil.copytree(PROJECT, tmp_path / "copy")
    before = parsed_project(settings, copy)
    assert before == parsed_project(settings, shutil.copytree(copy, tmp_path / "again"))
    with (copy / name).open("a") as file:
        file.write("\n")
    assert parsed_project(settings, copy) != before
