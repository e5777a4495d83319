"""The unit's own record of decisions is optional: nobody waits for it, and it moves no date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from include.errors import UsageError
from include.freshness import check_freshness
from include.warehouse.plan import make_plan

from .builder import change, decision, delta, full
from .conftest import Place

NOW = datetime(2026, 9, 21, tzinfo=UTC)


def _late(place: Place) -> set[str]:
    return {late.subject for late in check_freshness(place.settings, now=NOW) if late.kind == "source_late"}


def test_a_force_without_it_is_neither_late_nor_warned(place: Place) -> None:
    for source in ("police_records", "visor_summary", "idiom"):
        full(source).write(place.landing)
    place.run()
    plan = make_plan(place.settings)
    assert [warning for warning in plan.warnings if "unit_decisions" in warning] == []
    assert _late(place) == set()


def test_an_extract_of_a_day_to_come_is_told_of(place: Place) -> None:
    """Nothing refuses it, and every later delivery with a right date would be one that goes back in time."""
    full("police_records").write(place.landing)
    full("idiom", delivery_id="21260920", extract_date="2126-09-20").write(place.landing)
    place.run()
    ahead = [late for late in check_freshness(place.settings, now=NOW) if late.kind == "source_ahead"]
    assert [late.subject for late in ahead] == ["idiom"]
    assert "2126-09-20" in ahead[0].message
    eve = datetime(2026, 9, 19, 23, tzinfo=UTC)
    told = {late.subject for late in check_freshness(place.settings, now=eve) if late.kind == "source_ahead"}
    assert told == {"idiom"}, "tomorrow's extract is one of today, further east"


def test_no_figures_are_made_of_a_day_to_come(place: Place) -> None:
    """They would stand in the history as the list of that day, and be late only long after it."""
    full("police_records").write(place.landing)
    place.run()
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert make_plan(place.settings, tomorrow).as_at == tomorrow, "somewhere it is tomorrow already"
    with pytest.raises(UsageError, match="a day to come"):
        make_plan(place.settings, tomorrow + timedelta(days=1))
    full("idiom", delivery_id="21260920", extract_date="2126-09-20").write(place.landing)
    place.run()
    assert make_plan(place.settings, date(2126, 9, 20)).as_at == date(2126, 9, 20), "an extract of it came"


def test_an_older_record_holds_nothing_back_and_is_in_effect(place: Place) -> None:
    for source in ("police_records", "visor_summary", "idiom"):
        full(source).write(place.landing)
    full("unit_decisions", delivery_id="20260910", extract_date="2026-09-10").write(place.landing)
    place.run()
    plan = make_plan(place.settings)
    assert plan.as_at == date(2026, 9, 20)
    assert [one.delivery_id for one in plan.deliveries if one.source == "unit_decisions"] == ["20260910"]
    assert [warning for warning in plan.warnings if "unit_decisions" in warning] == []
    assert _late(place) == set()


def test_a_later_meeting_adds_to_the_record_and_a_correction_replaces(place: Place) -> None:
    full("unit_decisions").write(place.landing)
    rows = change("I", [decision(3, run_date="2026-09-20", decision_date="2026-09-22")])
    rows += change("U", [decision(1, decision="adopt", reason="rising_harm")])
    delta({"unit_decisions": rows}, source="unit_decisions").write(place.landing)
    summary = place.run()
    assert [outcome.status for outcome in summary.outcomes] == ["applied", "applied"]
    assert not any(counts.quarantined for outcome in summary.outcomes for counts in outcome.files)
