"""The documentation of the models: one file, beside the release, and never in its way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from include import documentation, run
from include.errors import BuildError, UsageError
from include.settings import Settings
from tests.warehouse.conftest import Built


@pytest.mark.slow
def test_the_models_are_documented_in_one_file(twelve_people: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, plan, _ = twelve_people
    monkeypatch.setattr(documentation, "release_in_force", lambda _: plan.build_id)
    path = documentation.write_model_docs(settings)
    assert path == settings.data_dir / "docs" / plan.build_id / "models.html"
    text = path.read_text(encoding="utf-8")
    for known in ("fct_rankings", "rpt_ranking__list", "Person x run date", "unique_grain"):
        assert known in text
    assert "MANIFEST.JSON INLINE DATA" not in text  # the place where dbt puts the manifest is filled


@pytest.fixture
def begun_anew(
    twelve_people: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Settings, Path]:
    """The build of the release in force as a later run leaves it that failed before dbt began."""
    settings, plan, build = twelve_people
    settings = settings.model_copy(update={"data_dir": tmp_path / "data"})
    folder = settings.work_dir / plan.build_id
    shutil.copytree(build.folder / "project", folder / "project")
    shutil.copyfile(build.folder / "plan.json", folder / "plan.json")
    monkeypatch.setattr(documentation, "release_in_force", lambda _: plan.build_id)
    return settings, folder


@pytest.mark.slow
def test_after_a_run_that_failed_the_models_are_documented_all_the_same(
    begun_anew: tuple[Settings, Path],
) -> None:
    path = documentation.write_model_docs(begun_anew[0])
    assert "fct_rankings" in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_cannot_be_documented_is_told_of_in_whole_lines(begun_anew: tuple[Settings, Path]) -> None:
    settings, folder = begun_anew
    (folder / "project" / "models" / "broken.sql").write_text("select * from {{ ref('nowhere') }}\n")
    with pytest.raises(
        BuildError, match=r"dbt parse ended with \d(?s:.*)'nowhere' which was not found"
    ) as error:
        documentation.write_model_docs(settings)
    assert error.value.remedy == "Run again; then write the docs."
    (folder / "plan.json").unlink()
    with pytest.raises(UsageError, match="no longer kept"):
        documentation.write_model_docs(settings)


def test_a_run_does_not_fall_with_its_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def broken(_: Settings) -> None:
        raise BuildError("dbt ended with 2", "Read the log.")

    monkeypatch.setattr(run, "say", said.append)
    monkeypatch.setattr(run, "write_model_docs", broken)
    run._document(Settings())
    assert len(said) == 1
    assert "make docs" in said[0]
