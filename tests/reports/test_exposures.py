"""What is published is declared: exposures and pages agree both ways, in files and in models."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from include import pages as release_pages
from include.errors import ReportError
from reports.board import pack, sources
from reports.exposures import RUN_PAGE, Exposure, check_published, read_exposures
from reports.models import Models
from reports.render import PAGES, published, render
from reports.sections import Source, fill
from tests.reports.conftest import make_context
from tests.reports.invented import AS_AT, SCHEMA, Invented

DECLARED = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "exposures.yml"


def manifest_of(text: str, folder: Path) -> Path:
    """Write the exposures of a YAML file as dbt writes them into its manifest."""
    nodes: dict[str, Any] = {}
    for one in yaml.safe_load(text)["exposures"]:
        references = [re.fullmatch(r"ref\('(\w+)'\)", reference) for reference in one["depends_on"]]
        assert all(references), one["depends_on"]
        models = [f"model.high_harm_warehouse.{found[1]}" for found in references if found]
        node = {**one, "meta": one["config"]["meta"], "depends_on": {"macros": [], "nodes": models}}
        nodes[f"exposure.high_harm_warehouse.{one['name']}"] = node
    path = folder / "manifest.json"
    path.write_text(json.dumps({"metadata": {}, "nodes": {}, "exposures": nodes}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return manifest_of(DECLARED.read_text(encoding="utf-8"), tmp_path_factory.mktemp("manifest"))


@pytest.fixture(scope="module")
def declared(manifest: Path) -> tuple[Exposure, ...]:
    return read_exposures(manifest)


def test_exposures_and_pages_agree_both_ways(declared: tuple[Exposure, ...]) -> None:
    assert {exposure.file for exposure in declared} == {page.file for page in PAGES} | {RUN_PAGE, pack.PAGE}
    assert sorted(published()) == sorted(exposure.file for exposure in declared)
    assert len({exposure.name for exposure in declared}) == len(declared)
    assert all(exposure.models <= set(SCHEMA) for exposure in declared), "reporting models only"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.file)
def test_a_page_reads_what_it_declares_and_nothing_else(
    page: Any, declared: tuple[Exposure, ...], people: Invented, tmp_path: Path
) -> None:
    exposure = next(one for one in declared if one.file == page.file)
    with Models(people.write(tmp_path / "w.duckdb"), AS_AT) as models:
        assert fill(page, Source(models, make_context())).models == exposure.models


def test_the_board_pack_reads_what_it_declares(declared: tuple[Exposure, ...]) -> None:
    exposure = next(one for one in declared if one.file == pack.PAGE)
    assert exposure.profile == "board"
    assert exposure.models == set(sources._MODELS)


@pytest.mark.slow
def test_a_release_is_rendered_against_its_manifest(manifest: Path, people: Invented, tmp_path: Path) -> None:
    warehouse = people.write(tmp_path / "w.duckdb")
    assert render(warehouse, tmp_path / "out", make_context(), manifest=manifest)
    nothing = tmp_path / "nothing.json"
    nothing.write_text(json.dumps({"exposures": {}}), encoding="utf-8")
    with pytest.raises(ReportError, match="No exposure declares .*index.html"):
        render(warehouse, tmp_path / "none", make_context(), manifest=nothing)
    assert not (tmp_path / "none").exists(), "nothing is written before all is agreed"


def test_the_pipeline_gives_the_manifest_of_its_build() -> None:
    # Pages without their manifest would be published unchecked; the line is read, since a whole run is slow.
    source = Path(release_pages.__file__).read_text(encoding="utf-8")
    assert re.search(r"return render\([^)]*build\.manifest\)", source)


FILES = ["a.html", "b.html"]
TWO = (
    Exposure("a", "a.html", "Somebody", "unit", frozenset({"rpt_x"})),
    Exposure("b", "b.html", "Somebody", "board", frozenset({"rpt_y", "rpt_z"})),
)


def test_what_agrees_passes() -> None:
    check_published(FILES, {"a.html": frozenset({"rpt_x"}), "b.html": frozenset({"rpt_y"})}, TWO)


def test_an_undeclared_page_is_refused() -> None:
    with pytest.raises(ReportError, match="No exposure declares c.html"):
        check_published([*FILES, "c.html"], {}, TWO)


def test_a_declared_page_that_nothing_makes_is_refused() -> None:
    with pytest.raises(ReportError, match="Nothing makes b.html"):
        check_published(FILES[:1], {}, TWO)


def test_a_model_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ReportError, match="a.html reads rpt_y, which its exposure does not depend on"):
        check_published(FILES, {"a.html": frozenset({"rpt_x", "rpt_y"})}, TWO)


@pytest.mark.parametrize("field", ["file", "owner", "profile"])
def test_an_exposure_that_leaves_something_out_is_refused(field: str, tmp_path: Path) -> None:
    one = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))["exposures"][0]
    if field == "owner":
        one["owner"] = {"email": "nobody@force.example"}
    else:
        del one["config"]["meta"][field]
    path = manifest_of(yaml.safe_dump({"exposures": [one]}), tmp_path)
    with pytest.raises(ReportError, match=f"does not say its {field}"):
        read_exposures(path)


def test_a_profile_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    one = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))["exposures"][0]
    one["config"]["meta"]["profile"] = "public"
    with pytest.raises(ReportError, match="profile public"):
        read_exposures(manifest_of(yaml.safe_dump({"exposures": [one]}), tmp_path))


def test_a_page_may_read_less_than_it_declares_when_a_model_is_empty() -> None:
    check_published(FILES, {"b.html": frozenset()}, (TWO[0], replace(TWO[1], models=frozenset())))
