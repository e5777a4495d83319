"""A release with real pages over an invented warehouse, for tests of what a release carries."""

from __future__ import annotations

import functools
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from include.files import write_durably
from include.publication.carry import carry_over
from include.publication.publish import PublishResult, publish_build
from include.publication.release import Release, release_folder
from include.settings import Settings
from include.warehouse.stores import open_store
from reports import pack, render
from reports.context import PageContext
from reports.outputs import Cadence, Decision, OutputRecord
from reports.sections import Content, Heading, Page, Section, Source
from reports.tables import Column, Table
from tests.publication.build import EXPECTED, facts, make_build, verdict_on, write_warehouse
from tests.reports.conftest import make_context
from tests.reports.invented import invent
from tests.reports.pageparts import Parts, parts

A, B, C = "20260920-aaaaaaaa", "20261004-bbbbbbbb", "20261004-cccccccc"
FIRST, SECOND = date(2026, 9, 20), date(2026, 10, 4)
_MADE = tempfile.TemporaryDirectory(prefix="hhw-invented-")


def _heading(source: Source) -> Heading:
    return Heading(f"Whether it works, as at {source.context.as_at}", "Algorithm")


def _section(source: Source) -> Content:
    rows = ((f"{source.context.as_at}",),)
    return Content((), (Table("validity_test", "Validity", (Column("d", "Date"),), rows),))


ALGORITHM = Page("algorithm.html", "Algorithm", _heading, (Section("validity", "Validity", _section),), "x")


@dataclass(frozen=True)
class SmallPack:
    """What the small pack below consists of."""

    files: tuple[Path, ...]
    csvs: tuple[Path, ...] = ()
    tables: tuple[Table, ...] = ()


def small_pack(warehouse: Path, folder: Path, context: PageContext, decision: Decision | None) -> SmallPack:
    """The smallest pack there can be: one figure of the warehouse, and who approved it."""
    with open_store(warehouse) as store:
        people = store.execute("select count(*) from marts.dim_nominals").fetchall()[0][0]
    state = f"approved by {decision.by} on {decision.at}" if decision else "DRAFT"
    text = f"<h1>{people} people as at {context.as_at}</h1><p>{state}</p>"
    return SmallPack((write_durably(folder / "board_pack.html", text),))


@functools.cache
def _invented_warehouse(as_at: date) -> Path:
    """The small warehouse of ``build.py`` with the invented reporting tables in it, made once per date."""
    folder = Path(_MADE.name)
    warehouse = folder / f"{as_at}.duckdb"
    write_warehouse(warehouse)
    invented = invent(people=12, below=0).write(folder / f"invented-{as_at}.duckdb")
    with open_store(warehouse, read_only=False) as store:
        store.execute(f"attach '{invented}' as invented (read_only)")
        tables = (
            "select table_name, bool_or(column_name = 'as_at') from information_schema.columns "
            "where table_catalog = 'invented' group by table_name"
        )
        for name, is_dated in store.execute(tables).fetchall():
            dated = f"replace (date '{as_at}' as as_at)" if is_dated else ""
            store.execute(
                f"create or replace table reporting.{name} as select * {dated} from invented.reporting.{name}"
            )
        store.execute("detach invented")
    return warehouse


def release(
    settings: Settings,
    release_id: str,
    as_at: date,
    cadence: Cadence,
    inputs: str | None = None,
    is_packed: bool = False,
) -> tuple[Release, PublishResult]:
    """Build, carry over, render and publish."""
    build = make_build(settings, f"b-{release_id}")
    warehouse = build / "warehouse.duckdb"
    shutil.copyfile(_invented_warehouse(as_at), warehouse)
    inputs = inputs or release_id
    due_now, held = carry_over(settings, cadence, build / "reports")
    context = make_context(
        as_at=as_at, release_id=release_id, inputs_hash=inputs, held=held, run_id=f"run-{release_id}"
    )
    if is_packed and "board_pack" in due_now:
        held = [*held, pack.make_pack(warehouse, build / "reports", context)]
        context = replace(context, held=held)
    render.render(warehouse, build / "reports", context, due_now)
    said = facts(settings, build, release_id, as_at).model_copy(update={"inputs_hash": inputs})
    return publish_build(settings, said, build, verdict_on(build), EXPECTED)


def record_of(made: Release, name: str) -> OutputRecord:
    (found,) = (one for one in made.outputs if one.name == name)
    return found


def page_of(settings: Settings, release_id: str, file: str) -> Parts:
    return parts(release_folder(settings, release_id) / "reports" / file)
