"""Deltas: upserts, deletions, what leaves with a parent, and parents in the state after the delivery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from include.contract import SOURCES

from .builder import (
    Delivery,
    Rows,
    caseload,
    change,
    custody,
    delta,
    full,
    link,
    log,
    manager,
    nominal,
    offence,
    performance,
    spell,
    victim,
)
from .conftest import Place, counts_of

SECOND = "20260927"


def after(place: Place, files: dict[str, Rows], base: Delivery | None = None) -> Any:
    """A full delivery, then a delta; return the delta's outcome."""
    assert place.take(base or full()).status == "applied"
    outcome = place.take(delta(files, source=(base or full()).source))
    assert outcome.status == "applied", outcome.reasons
    return outcome


def folded(
    place: Place, entity: str, source: str = "police_records"
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The state as a reader of bronze folds it: per key the newest delivery wins, D removes."""
    key = SOURCES[source].entity(entity).key
    state: dict[tuple[Any, ...], dict[str, Any]] = {}
    for delivery in place.ledger.in_effect(source):
        rows = place.bronze(entity, delivery.delivery_id, source)
        keys = [tuple(row[name] for name in key) for row in rows]
        assert len(set(keys)) == len(keys)
        for at, row in zip(keys, rows, strict=True):
            if row["_change_type"] == "D":
                state.pop(at, None)
                assert all(value is None for name, value in row.items() if name not in key and name[0] != "_")
            else:
                state[at] = row
    return state


def ids(place: Place, entity: str, source: str = "police_records") -> Sequence[str]:
    return sorted("/".join(map(str, key)) for key in folded(place, entity, source))


def told(outcome: Any, entity: str) -> dict[str, int]:
    return {item.rule: item.rows for item in counts_of(outcome, entity).warnings}


def deleted(entity: str, **key: str) -> Rows:
    names = SOURCES["police_records"].entity(entity).names
    return change("D", [dict.fromkeys(names, "") | key])


def test_upserts(place: Place) -> None:
    rows = change("I", [nominal(9)]) + change("U", [nominal(1, surname="Changed")])
    outcome = after(place, {"nominals": rows})
    assert ids(place, "nominals") == ["N1", "N2", "N3", "N9"]
    assert folded(place, "nominals")[("N1",)]["surname"] == "Changed"
    assert told(outcome, "nominals") == {}
    assert [row["_change_type"] for row in place.bronze("nominals", SECOND)] == ["I", "U"]
    assert [counts.entity for counts in outcome.files] == ["nominals"]


def test_wrong_kinds_of_change_are_only_told(place: Place) -> None:
    rows = change("I", [nominal(1)]) + change("U", [nominal(9)]) + deleted("nominals", nominal_id="N99")
    outcome = after(place, {"nominals": rows})
    assert told(outcome, "nominals") == {"insert_of_known": 1, "update_of_new": 1, "delete_of_unknown": 1}
    assert counts_of(outcome, "nominals").loaded == 3
    assert ids(place, "nominals") == ["N1", "N2", "N3", "N9"]
    assert not outcome.blocks


def test_change_type_is_checked(place: Place) -> None:
    rows = change("X", [nominal(9)]) + change("", [nominal(10)]) + change("i", [nominal(11, sex="x")])
    after(place, {"nominals": rows})
    assert place.rules("nominals", SECOND) == {
        2: ["change_type_unknown:change_type"],
        3: ["change_type_unknown:change_type"],
        4: ["change_type_unknown:change_type", "not_in_list:sex"],
    }


def test_delta_without_change_type_is_refused(place: Place) -> None:
    place.take(full())
    delivery = delta({})
    delivery.raw["nominals.csv"] = full().csv("nominals")
    delivery.counts["nominals.csv"] = 3
    assert [fault.code for fault in place.take(delivery).faults] == ["column_missing"]


def test_delta_may_be_empty(place: Place) -> None:
    outcome = after(place, {})
    assert outcome.files == ()
    assert ids(place, "nominals") == ["N1", "N2", "N3"]


def test_a_deletion_needs_only_the_key(place: Place) -> None:
    rows = deleted(
        "custody", custody_id="C1", start_date="rubbish", nominal_id="N99", custody_type="x" * 5_000
    )
    rows += deleted("custody", nominal_id="N1")
    outcome = after(place, {"custody": rows})
    assert ids(place, "custody") == ["C2", "C3"]
    assert place.rules("custody", SECOND) == {3: ["value_missing:custody_id"]}
    assert counts_of(outcome, "custody").loaded == 1


def test_a_deletion_checks_a_key_of_another_type(place: Place) -> None:
    rows = change("D", [caseload(1), caseload(2, census_date="x", offenders_managed="")])
    after(place, {"caseload_history": rows}, full("idiom"))
    assert ids(place, "caseload_history", "idiom") == ["M1/2026-01-02"]
    assert place.rules("caseload_history", SECOND, "idiom") == {3: ["date_form:census_date"]}


def test_upsert_by_a_key_of_another_type(place: Place) -> None:
    rows = change("U", [caseload(1, offenders_managed="7")]) + change("I", [caseload(3)])
    outcome = after(place, {"caseload_history": rows}, full("idiom"))
    assert told(outcome, "caseload_history") == {}
    assert ids(place, "caseload_history", "idiom") == ["M1/2026-01-01", "M1/2026-01-02", "M1/2026-01-03"]


def test_performance_summary_by_delta(place: Place) -> None:
    outcome = after(place, {"performance_summary": change("U", [performance(total="11")])}, full("idiom"))
    assert told(outcome, "performance_summary") == {}


@pytest.mark.parametrize("second", [nominal(9), nominal(9, surname="Other")])
def test_a_key_twice_in_a_delta_takes_all_its_rows(place: Place, second: dict[str, str]) -> None:
    outcome = after(place, {"nominals": change("I", [nominal(9), second, nominal(8)])})
    assert place.rules("nominals", SECOND) == dict.fromkeys((2, 3), ["key_twice_in_delta:nominal_id"])
    assert counts_of(outcome, "nominals").identical_duplicates == 0


def test_deleted_and_inserted_at_once_is_twice(place: Place) -> None:
    after(place, {"nominals": deleted("nominals", nominal_id="N1") + change("I", [nominal(1)])})
    assert ids(place, "nominals") == ["N1", "N2", "N3"]
    assert len(place.rules("nominals", SECOND)) == 2


def test_children_leave_with_a_deleted_parent(place: Place) -> None:
    outcome = after(place, {"nominals": deleted("nominals", nominal_id="N1")})
    for entity in ("offence_nominals", "offence_victims", "custody", "intelligence"):
        counts = counts_of(outcome, entity)
        assert (counts.file, counts.rows, counts.loaded, counts.deleted_with_parent) == ("", 0, 0, 1)
        assert told(outcome, entity) == {"parent_deleted": 1}
        assert len(folded(place, entity)) == 2
        assert [row["_line"] for row in place.bronze(entity, SECOND)] == [None]
    assert ids(place, "offences") == ["O1", "O2", "O3"]


def test_children_leave_by_either_parent(place: Place) -> None:
    files = {
        "nominals": deleted("nominals", nominal_id="N1"),
        "offences": deleted("offences", offence_id="O2") + deleted("offences", offence_id="O1"),
    }
    outcome = after(place, files)
    assert ids(place, "offence_nominals") == ["O3/N3"]
    assert ids(place, "offence_victims") == ["O3/V1/N3"]
    assert counts_of(outcome, "offence_nominals").deleted_with_parent == 2


def test_an_explicit_deletion_is_not_derived_again(place: Place) -> None:
    files = {"nominals": deleted("nominals", nominal_id="N1"), "custody": deleted("custody", custody_id="C1")}
    counts = counts_of(after(place, files), "custody")
    assert (counts.loaded, counts.deleted_with_parent) == (1, 0)
    assert ids(place, "custody") == ["C2", "C3"]


def test_a_child_that_changes_parents_stays(place: Place) -> None:
    files = {"nominals": deleted("nominals", nominal_id="N1"), "custody": change("U", [custody(1, 2)])}
    after(place, files)
    assert ids(place, "custody") == ["C1", "C2", "C3"]


def test_a_child_sent_while_its_parent_is_deleted_has_none(place: Place) -> None:
    files = {
        "nominals": deleted("nominals", nominal_id="N1"),
        "custody": change("U", [custody(1, 1)]) + change("I", [custody(9, 1)]),
    }
    counts = counts_of(after(place, files), "custody")
    assert place.rules("custody", SECOND) == dict.fromkeys((2, 3), ["parent_missing:nominal_id"])
    assert (counts.bad, counts.deleted_with_parent) == (2, 1)
    assert ids(place, "custody") == ["C2", "C3"]


def test_deletion_goes_down_to_the_grandchildren(place: Place) -> None:
    files = {"managers": change("D", [manager(1)])}
    outcome = after(place, files, full("idiom"))
    assert ids(place, "cohort_spells", "idiom") == ["S2"]
    assert ids(place, "interventions", "idiom") == ["I2"]
    assert ids(place, "caseload_history", "idiom") == []
    assert told(outcome, "interventions") == {"parent_deleted": 1}


def merged(pairs: dict[int, int]) -> Delivery:
    people = [nominal(n, merged_into=f"N{pairs[n]}" if n in pairs else "") for n in range(1, 7)]
    return full(files={"nominals": people, "custody": [custody(n, n) for n in range(1, 7)]})


def test_merged_people_leave_with_the_survivor(place: Place) -> None:
    outcome = after(place, {"nominals": deleted("nominals", nominal_id="N3")}, merged({1: 2, 2: 3, 4: 5}))
    assert ids(place, "nominals") == ["N4", "N5", "N6"]
    assert ids(place, "custody") == ["C4", "C5", "C6"]
    assert told(outcome, "nominals") == {"parent_deleted": 2}


def test_a_person_unmerged_in_time_stays(place: Place) -> None:
    files = {"nominals": deleted("nominals", nominal_id="N3") + change("U", [nominal(2)])}
    after(place, files, merged({1: 2, 2: 3}))
    assert ids(place, "nominals") == ["N1", "N2", "N4", "N5", "N6"]


def test_a_circle_through_the_state(place: Place) -> None:
    after(
        place,
        {"nominals": change("U", [nominal(3, merged_into="N1"), nominal(4, merged_into="N3")])},
        merged({1: 2, 2: 3}),
    )
    assert place.rules("nominals", SECOND) == {2: ["merge_cycle:merged_into"]}
    assert folded(place, "nominals")[("N4",)]["merged_into"] == "N3"


def test_a_circle_that_is_opened_in_the_same_delta(place: Place) -> None:
    after(place, {"nominals": change("U", [nominal(2, merged_into="N1"), nominal(1)])}, merged({1: 2}))
    assert place.rules("nominals", SECOND) == {}
    assert folded(place, "nominals")[("N2",)]["merged_into"] == "N1"


def test_a_circle_that_comes_back_with_an_old_row(place: Place) -> None:
    """N1 -> N2 stays because its update is bad, so N2 -> N1 would close a circle."""
    rows = change("U", [nominal(2, merged_into="N1"), nominal(1, sex="x")])
    after(place, {"nominals": rows}, merged({1: 2}))
    assert place.rules("nominals", SECOND) == {2: ["merge_cycle:merged_into"], 3: ["not_in_list:sex"]}
    assert folded(place, "nominals")[("N2",)]["merged_into"] is None


def test_an_old_row_that_comes_back_leaves_with_its_parent(place: Place) -> None:
    """N1's release from N2 is bad, so N1 is still merged into N2, and leaves with it."""
    rows = change("U", [nominal(1, sex="x")]) + deleted("nominals", nominal_id="N2")
    after(place, {"nominals": rows}, merged({1: 2}))
    assert ids(place, "nominals") == ["N3", "N4", "N5", "N6"]


def test_merged_into_somebody_who_leaves(place: Place) -> None:
    rows = change("I", [nominal(7, merged_into="N1")]) + deleted("nominals", nominal_id="N2")
    after(place, {"nominals": rows}, merged({1: 2}))
    assert place.rules("nominals", SECOND) == {2: ["parent_missing:merged_into"]}


def test_a_parent_whose_update_is_bad_is_still_there(place: Place) -> None:
    files = {"nominals": change("U", [nominal(1, sex="x")]), "custody": change("I", [custody(9, 1)])}
    after(place, files)
    assert "C9" in ids(place, "custody")


def test_children_of_a_new_parent_that_is_bad(place: Place) -> None:
    files = {"nominals": change("I", [nominal(9, sex="x")]), "custody": change("I", [custody(9, 9)])}
    outcome = after(place, files)
    assert place.rules("custody", SECOND) == {2: ["parent_quarantined:nominal_id"]}
    assert counts_of(outcome, "custody").bad == 0


def test_children_of_a_parent_put_aside_earlier(place: Place) -> None:
    base = full()
    base.files["nominals"].append(nominal(9, sex="x"))
    files = {"custody": change("I", [custody(9, 9), custody(10, 99)])}
    outcome = after(place, files, base)
    assert place.rules("custody", SECOND) == {
        2: ["parent_quarantined:nominal_id"],
        3: ["parent_missing:nominal_id"],
    }
    assert counts_of(outcome, "custody").bad == 1
    third = delta(
        {"nominals": change("I", [nominal(9)]), "custody": change("I", [custody(9, 9)])},
        delivery_id="20261004",
        extract_date="2026-10-04",
    )
    assert counts_of(place.take(third), "custody").loaded == 1


def test_whoever_was_to_be_deleted_is_missed_by_nobody(place: Place) -> None:
    """A deletion that was put aside quarantines no parent: the person never came."""
    after(place, {"nominals": change("D", [{"nominal_id": "N8"}, {"nominal_id": "N8"}])})
    assert place.rules("nominals", SECOND) == dict.fromkeys((2, 3), ["key_twice_in_delta:nominal_id"])
    third = delta(
        {"custody": change("I", [custody(9, 8)])}, delivery_id="20261004", extract_date="2026-10-04"
    )
    assert counts_of(place.take(third), "custody").bad == 1
    assert place.rules("custody", "20261004") == {2: ["parent_missing:nominal_id"]}


def test_birth_is_looked_up_in_the_state_after(place: Place) -> None:
    files = {
        "nominals": change("U", [nominal(2, date_of_birth="2024-06-11")]),
        "offence_nominals": change("U", [link(1, 2)]),
        "offences": change("U", [offence(3, offence_date="1980-01-01")]),
        "custody": change("I", [custody(9, 1, start_date="1980-01-01")]),
    }
    files["offence_nominals"] += change("U", [link(3, 3)])
    after(place, files)
    assert place.rules("offence_nominals", SECOND) == dict.fromkeys((2, 3), ["before_birth:nominal_id"])
    assert place.rules("custody", SECOND) == {2: ["before_birth:start_date"]}


def test_parents_of_the_state_do(place: Place) -> None:
    files = {
        "custody": change("I", [custody(9, 1), custody(10, 99)]),
        "intelligence": change("I", [log(9, 3)]),
        "offence_victims": change("I", [victim(1, 3, victim_id="V9")]),
    }
    after(place, files)
    assert place.rules("custody", SECOND) == {3: ["parent_missing:nominal_id"]}


def test_a_full_delivery_replaces_the_state(place: Place) -> None:
    after(place, {"nominals": change("I", [nominal(9)])})
    third = full(delivery_id="20261004", extract_date="2026-10-04", files={"custody": []})
    assert place.take(third).status == "applied"
    assert ids(place, "nominals") == ["N1", "N2", "N3"]
    assert ids(place, "custody") == []
    fourth = delta(
        {"custody": change("I", [custody(9, 9)])}, delivery_id="20261011", extract_date="2026-10-11"
    )
    place.take(fourth)
    assert place.rules("custody", "20261011") == {2: ["parent_missing:nominal_id"]}


def test_full_delivery_looks_for_parents_in_itself_only(place: Place) -> None:
    place.take(full())
    second = full(delivery_id="20260927", files={"nominals": [nominal(1), nominal(2)]})
    place.take(second)
    assert place.rules("custody", SECOND) == {4: ["parent_missing:nominal_id"]}


def test_spells_of_a_manager_who_comes_in_the_same_delta(place: Place) -> None:
    files = {"managers": change("I", [manager(9)]), "cohort_spells": change("I", [spell(9, manager_id="M9")])}
    after(place, files, full("idiom"))
    assert place.rules("cohort_spells", SECOND, "idiom") == {}
