"""One small force with identity exact and model: what stays, what is joined, and that the one foretells the other."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.identity.decisions import take_in
from include.ingest import ingest_all
from include.publication.history import IDENTITY, history_file
from include.settings import REPOSITORY, Settings
from include.warehouse.build import prepare_build, run_dbt
from include.warehouse.plan import make_plan
from include.warehouse.stores import memory_store, open_store, text_literal
from tests.identity import small_force

pytestmark = pytest.mark.slow
SEEDS = REPOSITORY / "dbt_project" / "seeds"
SHOWN = (
    "fct_rankings",
    "fct_cohort_spells",
    "fct_visor_registrations",
    "fct_sanctions",
    "dim_merged_nominals",
)
OF_IDENTITY = ("fct_identity_links", "fct_identity_cases", "fct_identity_ranks")
LISTED = "rpt_ranking__list"
Ask = Callable[[str], list[dict[str, Any]]]


def seeds_of(folder: Path, identity: str) -> Path:
    shutil.copytree(SEEDS, folder)
    path = folder / "algorithm_parameters.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(
            row | ({"value": identity} if row["parameter"] == "identity" else {}) for row in rows
        )
    return folder


def publish_before(settings: Settings) -> None:
    """Leave the list of the run date before as a release published it, when nobody was merged: N12 far down in it."""
    before = small_force.RUN_DATES[0]
    published = (
        f"'1.0-before' as algorithm_version, 'before' as release_id, date '{before}' as published_as_at"
    )
    ranked = f"date '{before}' as run_date, 'N12' as nominal_id, cast(290 as bigint) as rank, 0.1 as score"
    kept = {
        "rankings": ranked,
        IDENTITY: "cast(null as varchar) as nominal_id, cast(null as varchar) as merged_into",
    }
    with memory_store() as store:
        for kind, columns in kept.items():
            path = history_file(settings, before, "1.0-before", kind)
            path.parent.mkdir(parents=True)
            store.execute(
                f"copy (select {columns}, {published}) to {text_literal(str(path))} (format parquet)"
            )


def built(folder: Path, identity: str) -> Ask:
    settings = Settings(data_dir=folder / "data", seeds_dir=seeds_of(folder / "seeds", identity))
    ingest_all(settings, small_force.write(folder / "landing"))
    publish_before(settings)
    decided = folder / "decided.csv"
    decided.write_text(small_force.DECISIONS, encoding="utf-8")
    take_in(settings, decided)
    plan = make_plan(settings, small_force.AS_AT, small_force.RUN_DATES)
    build = prepare_build(settings, plan)
    chosen = [f"+{name}" for name in (*SHOWN, *OF_IDENTITY, LISTED)]
    no_tests = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
    arguments = ["build", *no_tests, "--select", *chosen]
    outcome = run_dbt(settings, plan, arguments, build.folder)
    assert outcome.returncode == 0, outcome.stdout[-3000:]

    def ask(query: str) -> list[dict[str, Any]]:
        with open_store(build.warehouse) as store:
            store.execute(
                f"attach {text_literal(str(build.folder / 'scratch.duckdb'))} as scratch (read_only)"
            )
            cursor = store.execute(query)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return ask


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return built(tmp_path_factory.mktemp("exact"), "exact")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return built(tmp_path_factory.mktemp("model"), "model")


JOINED = {("N02", "N01"): "model", ("N04", "N03"): "pnc_id", ("N10", "N09"): "decision"}


def test_exact_joins_nobody_but_whom_the_source_has_merged(exact: Ask) -> None:
    assert exact("select * from marts.dim_merged_nominals") == [{"nominal_id": "N11", "survivor_id": "N12"}]
    methods = {row["spell_id"]: row["link_method"] for row in exact("select * from marts.fct_cohort_spells")}
    assert methods == {"S1": "unlinked", "S2": "unlinked", "S3": "unlinked", "S4": "nominal_id"}
    assert exact("select nominal_id, link_method from marts.fct_visor_registrations") == [
        {"nominal_id": None, "link_method": "unlinked"}
    ]
    ranked = {row["nominal_id"] for row in exact("select distinct nominal_id from marts.fct_rankings")}
    assert {"N01", "N02", "N03", "N04", "N09", "N10"} <= ranked


def test_who_was_merged_since_the_list_before_is_told_so_on_the_next(exact: Ask) -> None:
    listed = exact(f"select * from reporting.{LISTED}")
    (moved,) = [row for row in listed if row["movement_reason"] == "identity"]
    assert moved["nominal_id"] == "N12"
    up, before = 290 - moved["rank"], small_force.RUN_DATES[0]
    told = f"Up {up} on the list published for {before}: now one person with N11"
    assert moved["movement_sentence"] == told


def test_every_link_says_how_and_whether_it_counts(exact: Ask, model: Ask) -> None:
    for ask, is_in_force in ((exact, False), (model, True)):
        rows = ask(
            "select * from marts.fct_identity_links where kind = 'nominal' and method <> 'merged_into'"
        )
        assert {(row["record_id"], row["nominal_id"]): row["method"] for row in rows} == JOINED
        assert {row["is_in_force"] for row in rows} == {is_in_force}
        (slip,) = [row for row in rows if row["record_id"] == "N02"]
        said = "surname one letter off; forename a short form; date of birth the same; sex the same"
        assert slip["comparison"] == said
        assert 0.99 <= slip["probability"] < 1
    others = exact(
        "select record_id, nominal_id, method from marts.fct_identity_links where kind <> 'nominal'"
    )
    assert {row["record_id"]: (row["nominal_id"], row["method"]) for row in others} == {
        "S1": ("N13", "model"),
        "S2": (None, "unlinked"),
        "S3": (None, "unlinked"),
        "S4": ("N14", "nominal_id"),
        "V1": ("N01", "model"),
    }


def test_cases_for_review_are_those_that_nothing_settles(exact: Ask) -> None:
    rows = exact("select kind, record_id, nominal_id, reason from marts.fct_identity_cases order by all")
    assert [tuple(row.values()) for row in rows] == [
        ("cohort_spell", "S3", "N05", "several_people"),
        ("cohort_spell", "S3", "N06", "several_people"),
        ("nominal", "N05", "N06", "two_pnc_ids"),
    ]


def test_model_joins_people_and_rows_of_other_sources(model: Ask) -> None:
    merged = {
        (row["nominal_id"], row["survivor_id"]) for row in model("select * from marts.dim_merged_nominals")
    }
    assert merged == {*JOINED, ("N11", "N12")}
    spells = model("select spell_id, nominal_id, link_method from marts.fct_cohort_spells")
    assert {row["spell_id"]: (row["nominal_id"], row["link_method"]) for row in spells} == {
        "S1": ("N13", "model"),
        "S2": (None, "unlinked"),
        "S3": (None, "unlinked"),
        "S4": ("N14", "nominal_id"),
    }
    assert model("select nominal_id, link_method from marts.fct_visor_registrations") == [
        {"nominal_id": "N01", "link_method": "model"}
    ]
    # the PNC id is known from the spell that names it beside the nominal
    assert model("select nominal_id from marts.fct_sanctions") == [{"nominal_id": "N14"}]


def test_joined_people_keep_every_offence_once(exact: Ask, model: Ask) -> None:
    query = (
        "select sum(offence_count) as n, count(*) as people from marts.fct_rankings "
        f"where run_date = date '{small_force.AS_AT}' and nominal_id in ('N01', 'N02')"
    )
    assert exact(query) == [{"n": 5, "people": 2}]  # N01 has 1 of its own, N02 2, and both the shared one
    assert model(query) == [{"n": 4, "people": 1}]


def test_what_the_model_would_change_is_what_it_changes(exact: Ask, model: Ask) -> None:
    """The ranking foretold with the switch at exact is, person by person, the one published with it at model."""
    foretold = exact(
        "select nominal_id, rank, round(score, 9) as score, weighted_harm_days "
        "from scratch.intermediate.int_would_be_ranked order by rank"
    )
    became = model(
        "select nominal_id, rank, round(score, 9) as score, weighted_harm_days from marts.fct_rankings "
        f"where run_date = date '{small_force.AS_AT}' order by rank"
    )
    assert len(foretold) == 36  # 40 records, 1 merged by the source, 3 joined
    assert foretold == became
    ranks = exact("select nominal_id, records, rank, rank_by_model from marts.fct_identity_ranks")
    places = {row["nominal_id"]: row["rank"] for row in became}
    assert {row["nominal_id"] for row in ranks} == {"N01", "N03", "N09"}
    assert all(row["records"] == 2 and row["rank_by_model"] == places[row["nominal_id"]] for row in ranks)


def test_versions_differ_since_ranks_do(exact: Ask, model: Ask) -> None:
    query = "select distinct algorithm_version from marts.fct_rankings"
    assert exact(query) != model(query)
