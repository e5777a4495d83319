"""The documentation of the models: one file, beside the release, and never in its way."""

from __future__ import annotations

import pytest

from include import documentation, run
from include.errors import BuildError
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


def test_a_run_does_not_fall_with_its_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def broken(_: Settings) -> None:
        raise BuildError("dbt ended with 2", "Read the log.")

    monkeypatch.setattr(run, "say", said.append)
    monkeypatch.setattr(run, "write_model_docs", broken)
    run._document(Settings())
    assert len(said) == 1
    assert "make docs" in said[0]
