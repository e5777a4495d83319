"""When a delivery blocks publication, exactly, and how a person clears it."""

from __future__ import annotations

import pytest

from include.errors import UsageError
from include.ingest.limits import blocks
from include.ledger import AppliedDelivery, FileCounts
from include.settings import Settings

from .builder import change, custody, delta, full, log, nominal
from .conftest import Place, counts_of


def counts(rows: int, bad: int = 0, with_parent: int = 0, entity: str = "custody") -> FileCounts:
    aside = bad + with_parent
    return FileCounts(
        entity, f"{entity}.csv", rows, rows - aside, quarantined=aside, quarantined_with_parent=with_parent
    )


def applied(rows: int, mode: str = "full", blocked: bool = False) -> AppliedDelivery:
    from datetime import date

    why = ("blocked",) if blocked else ()
    return AppliedDelivery("police_records", "1", mode, date(2026, 9, 20), 1, "", (counts(rows),), why, why)


@pytest.mark.parametrize(
    ("rows", "bad", "with_parent", "is_blocked"),
    [
        (10, 5, 0, False),
        (10, 6, 0, True),
        (500, 5, 0, False),
        (500, 6, 0, True),
        (700, 7, 0, False),
        (700, 8, 0, True),
        (699, 7, 0, True),
        (10_000, 100, 0, False),
        (10_000, 101, 0, True),
        (10, 5, 5, False),
        (10, 0, 10, False),
        (0, 0, 0, False),
    ],
)
def test_bad_rows(rows: int, bad: int, with_parent: int, is_blocked: bool) -> None:
    found = blocks(Settings(), "delta", [counts(rows, bad, with_parent)], [])
    assert bool(found) == is_blocked
    if found:
        assert "custody.csv" in found[0]
        assert f"{bad} of {rows} rows" in found[0]


@pytest.mark.parametrize(
    ("before", "now", "is_blocked"),
    [
        (100, 80, False),
        (100, 79, True),
        (99, 0, False),
        (115, 92, False),  # 0.8 * 115 is 92.00000000000001 in floating point
        (115, 91, True),
        (1_000, 0, True),
        (1_000, 5_000, False),
    ],
)
def test_volume(before: int, now: int, is_blocked: bool) -> None:
    found = blocks(Settings(), "full", [counts(now)], [applied(before)])
    assert bool(found) == is_blocked
    if found:
        assert f"{now} rows, and {before} in" in found[0]
    assert not blocks(Settings(), "delta", [counts(now)], [applied(before)])


def test_volume_is_held_against_the_last_accepted_full_delivery() -> None:
    assert blocks(Settings(), "full", [counts(100)], [applied(1_000), applied(100, blocked=True)])
    assert blocks(Settings(), "full", [counts(100)], [applied(1_000), applied(5, mode="delta")])
    assert not blocks(Settings(), "full", [counts(100)], [applied(1_000), applied(100)])


def test_limits_are_settings() -> None:
    strict = Settings(max_bad_rows=0, max_bad_share=0.0, min_volume_share=1.0, min_volume_rows=1)
    assert len(blocks(strict, "full", [counts(9, bad=1)], [applied(10)])) == 2


def test_a_blocked_delivery_is_loaded_and_waits_for_a_person(place: Place) -> None:
    delivery = full()
    delivery.files["custody"] += [custody(n, 1, custody_type="x") for n in range(10, 16)]
    outcome = place.take(delivery)
    assert outcome.status == "applied"
    (sentence,) = outcome.blocks
    assert "custody.csv: 6 of 9 rows" in sentence
    assert len(place.bronze("custody")) == 3
    assert place.run().blocked
    ledger = place.ledger
    for wrong in (("idiom", "20260920"), ("police_records", "20260921")):
        with pytest.raises(UsageError, match="was applied"):
            ledger.accept(*wrong, by="A Person", reason="seen")
    for by, reason in (("", "seen"), ("A Person", " ")):
        with pytest.raises(UsageError, match="name and a reason"):
            ledger.accept("police_records", "20260920", by=by, reason=reason)
    accepted = ledger.accept("police_records", "20260920", by="A Person", reason="known outage")
    assert (accepted.blocks, accepted.all_blocks, accepted.accepted_by) == ((), (sentence,), "A Person")
    assert ledger.applied()[0].blocks == ()
    assert not place.run().blocked
    with pytest.raises(UsageError, match="blocked"):
        ledger.accept("police_records", "20260920", by="A Person", reason="again")
    assert place.report_of("police_records", "20260920")["blocks"] == [sentence]


def test_rows_that_go_with_their_parent_do_not_block(place: Place) -> None:
    people = [nominal(1, sex="x"), nominal(2), nominal(3)]
    outcome = place.take(full(files={"nominals": people, "custody": [custody(n, 1) for n in range(1, 20)]}))
    assert counts_of(outcome, "custody").quarantined_with_parent == 19
    assert not outcome.blocks


def test_an_optional_file_left_out_is_told(place: Place) -> None:
    place.take(full(files={"intelligence": [log(n, 1) for n in range(1, 150)]}))
    second = full(delivery_id="20260927")
    del second.files["intelligence"]
    outcome = place.take(second)
    assert outcome.delivery is not None
    assert not outcome.blocks
    (warning,) = outcome.delivery.warnings
    assert "intelligence" in warning
    assert counts_of(outcome, "intelligence").file == ""
    assert place.bronze("intelligence", "20260927") == []
    third = full(delivery_id="20261004")
    del third.files["intelligence"]
    again = place.take(third)
    assert again.delivery is not None
    assert not again.delivery.warnings
    fourth = delta({"intelligence": change("I", [log(1, 1)])}, delivery_id="20261011")
    assert counts_of(place.take(fourth), "intelligence").loaded == 1
