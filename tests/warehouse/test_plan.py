"""Run dates: the grid, dates given by name, and what cannot be used; deliveries in effect; the name of a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from include.errors import UsageError
from include.ledger import AppliedDelivery, Ledger
from include.settings import REPOSITORY, Settings
from include.warehouse.plan import _in_effect, _inputs_hash, history_files
from include.warehouse.run_dates import RunDate, parse_run_dates, scheduled_dates, unscheduled_warnings

PARAMETERS = {"anchor_run_date": "2016-09-04", "run_interval_days": 14}


def test_the_grid_is_every_second_sunday_of_the_last_three_years() -> None:
    dates = scheduled_dates(date(2026, 9, 20), PARAMETERS)
    assert dates[-1] == date(2026, 9, 20)
    assert dates[0] > date(2023, 9, 20) >= dates[0] - timedelta(days=14)
    assert {day.weekday() for day in dates} == {6}
    assert {later - earlier for earlier, later in zip(dates, dates[1:], strict=False)} == {timedelta(days=14)}
    assert all((day - date(2016, 9, 4)).days % 14 == 0 for day in dates)


@pytest.mark.parametrize("as_at", [date(2024, 2, 29), date(2026, 8, 31), date(2026, 1, 1)])
def test_three_years_are_three_years_on_any_day(as_at: date) -> None:
    dates = scheduled_dates(as_at, PARAMETERS)
    day = 28 if (as_at.month, as_at.day) == (2, 29) else as_at.day
    assert date(as_at.year - 3, as_at.month, day) < dates[0] <= dates[-1] <= as_at
    assert len(dates) in {78, 79}


def test_a_full_backfill_is_every_scheduled_date_since_the_anchor() -> None:
    dates = scheduled_dates(date(2026, 9, 20), PARAMETERS, years=None)
    assert (dates[0], dates[-1], len(dates)) == (date(2016, 9, 4), date(2026, 9, 20), 263)
    assert dates[-79:] == scheduled_dates(date(2026, 9, 20), PARAMETERS)
    assert scheduled_dates(date(2024, 2, 29), PARAMETERS, years=None)[-1] == date(2024, 2, 25)


def test_nothing_is_scheduled_before_the_anchor() -> None:
    assert scheduled_dates(date(2016, 9, 3), PARAMETERS) == []
    assert scheduled_dates(date(2016, 9, 17), PARAMETERS) == [date(2016, 9, 4)]


def test_readers_are_told_of_scheduled_dates_that_were_left_out() -> None:
    as_at = date(2026, 9, 20)
    grid = scheduled_dates(as_at, PARAMETERS)
    assert unscheduled_warnings(as_at, None, PARAMETERS) == []
    assert unscheduled_warnings(as_at, [*grid, date(2026, 9, 15)], PARAMETERS) == []
    (told,) = unscheduled_warnings(as_at, grid[-2:], PARAMETERS)
    assert told.startswith("The run leaves out 77 of the 79 scheduled run dates")


def test_dates_are_read_by_name_and_as_a_range() -> None:
    assert parse_run_dates("2026-09-20, 2026-09-06,2026-09-06") == [date(2026, 9, 6), date(2026, 9, 20)]
    assert parse_run_dates("2026-08-23:2026-09-21:14") == [
        date(2026, 8, 23),
        date(2026, 9, 6),
        date(2026, 9, 20),
    ]


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-30", "2026-09-20:2026-09-06:14", "2026-01-01:2026-02-01:0", "a:b"]
)
def test_what_is_no_date_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="RUN_DATES"):
        parse_run_dates(text)


# --- which deliveries a run sees, and what its name depends on


def applied(delivery_id: str, mode: str, source: str = "idiom") -> AppliedDelivery:
    day = date.fromisoformat(f"{delivery_id[:4]}-{delivery_id[4:6]}-{delivery_id[6:]}")
    return AppliedDelivery(
        source=source, delivery_id=delivery_id, mode=mode, extract_date=day, seq=1, at="", files=(),
        identity=f"identity of {delivery_id}",
    )  # fmt: skip


CHAIN = [
    applied("20260802", "full"),
    applied("20260816", "delta"),
    applied("20260830", "full"),
    applied("20260913", "delta"),
]


@pytest.mark.parametrize(
    ("as_at", "seen", "warning"),
    [
        ("2026-09-13", ["20260830", "20260913"], ""),
        ("2026-09-20", ["20260830", "20260913"], "the latest extract is of 2026-09-13"),
        ("2026-09-12", ["20260830"], "the latest extract is of 2026-08-30"),
        ("2026-08-30", ["20260830"], ""),
        ("2026-08-29", ["20260802", "20260816"], "the latest extract is of 2026-08-16"),
        ("2026-08-02", ["20260802"], ""),
        ("2026-08-01", ["20260802"], "no delivery of 2026-08-01 or before; the first one (20260802"),
    ],
)
def test_a_run_sees_the_last_full_delivery_of_its_time_and_the_deltas_since(
    as_at: str, seen: list[str], warning: str
) -> None:
    found, warnings = _in_effect(CHAIN, "idiom", date.fromisoformat(as_at))
    assert [one.delivery_id for one in found] == seen
    assert len(warnings) == bool(warning)
    assert all(warning in one for one in warnings)


def test_what_never_came_is_told_unless_it_is_optional() -> None:
    assert _in_effect([], "unit_decisions", date(2026, 9, 20)) == ([], [])
    found, (warning,) = _in_effect([], "visor_summary", date(2026, 9, 20))
    assert not found
    assert warning.startswith("visor_summary: no delivery has been taken in")
    old = [applied("20260830", "full", "unit_decisions")]
    assert _in_effect(old, "unit_decisions", date(2026, 9, 20))[1] == []


def test_a_list_of_the_day_itself_or_later_is_no_history_yet(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    folder = settings.history_dir / "rankings"
    folder.mkdir(parents=True)
    names = [f"2026-09-{day}-x.parquet" for day in ("06", "19", "20", "21")]
    for name in [*names, "2026-09-01.tmp"]:
        (folder / name).touch()
    assert [path.name for path in history_files(settings, date(2026, 9, 20))] == names[:2]
    assert history_files(settings, date(2026, 9, 20), "identity") == []


class World:
    """An installation in which one thing after the other is changed, and what a run of it is called."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder / "data", seeds_dir=folder / "seeds")
        shutil.copytree(REPOSITORY / "dbt_project" / "seeds", self.settings.seeds_dir)
        self.as_at, self.code = date(2026, 9, 20), "0.1.0+x"
        self.run_dates = [RunDate(date=self.as_at, is_scheduled=True)]
        self.deliveries, _ = _in_effect(CHAIN, "idiom", self.as_at)

    def called(self) -> str:
        return _inputs_hash(self.settings, self.as_at, self.run_dates, self.deliveries, self.code)

    def refused(self, delivery_id: str, reason: str, extract_date: date | None = None) -> None:
        Ledger(self.settings.state_dir).record_other(
            "refused", "idiom", delivery_id, digest="", reasons=[reason], extract_date=extract_date
        )

    def publish(self, kind: str, day: str) -> None:
        folder = self.settings.history_dir / kind
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{day}-x.parquet").touch()

    def weigh(self) -> None:
        path = self.settings.seeds_dir / "algorithm_parameters.csv"
        path.write_text(path.read_text().replace(",300,", ",299,", 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda world: setattr(world, "as_at", date(2026, 9, 21)),
        lambda world: setattr(world, "run_dates", [RunDate(date=world.as_at, is_scheduled=False)]),
        lambda world: world.run_dates.append(RunDate(date=date(2026, 9, 6), is_scheduled=True)),
        lambda world: world.deliveries.pop(),
        lambda world: world.deliveries.append(world.deliveries[0].model_copy(update={"identity": "other"})),
        lambda world: world.refused("20260901", "no header"),
        lambda world: world.publish("rankings", "2026-09-06"),
        lambda world: world.publish("identity", "2026-09-06"),
        lambda world: world.weigh(),
        lambda world: setattr(world, "code", "0.1.0+y"),
    ],
)
def test_whatever_the_result_depends_on_makes_another_run(
    tmp_path: Path, change: Callable[[World], None]
) -> None:
    world = World(tmp_path)
    before = world.called()
    assert world.called() == before
    change(world)
    assert world.called() != before


@pytest.mark.parametrize(
    "change",
    [
        lambda world: world.refused("20260921", "no header", date(2026, 9, 21)),
        lambda world: world.publish("rankings", "2026-09-20"),
    ],
)
def test_what_came_after_its_date_leaves_a_run_as_it_was(
    tmp_path: Path, change: Callable[[World], None]
) -> None:
    world = World(tmp_path)
    before = world.called()
    change(world)
    assert world.called() == before


def test_why_a_delivery_was_refused_belongs_to_the_run(tmp_path: Path) -> None:
    called = []
    for reason in ("no header", "no rows"):
        world = World(tmp_path / reason)
        world.refused("20260901", reason)
        called.append(world.called())
    assert called[0] != called[1]
