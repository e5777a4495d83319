"""The disclosure engine by itself: what it withholds, what it refuses, and what can be known of the rest."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest

from include.errors import InputError, IntegrityError, UsageError
from reports.disclosure.engine import disclose
from reports.disclosure.guard import CellId, Count, Guard, Guarded, Totals
from reports.disclosure.previous import Previous, cells_table, read_previous
from reports.disclosure.profiles import BOARD, UNIT, Profile
from reports.disclosure.series import rounded_limits
from reports.disclosure.solve import Rule, System
from reports.tables import Column, Kind, Table, Value, csv_text

EXACT = replace(BOARD, base=1)


def counted(*rows: tuple[str, int], whole: int | None = None) -> Guarded:
    """A table of one column of counts that add up to the row all."""
    given: list[tuple[Value, ...]] = [(name, count, count / 7, 12.34567) for name, count in rows]
    total = sum(count for _, count in rows) if whole is None else whole
    given.append(("all", total, total / 7, 1.0))
    columns = (
        Column("group", "Group"),
        Column("people", "People", Kind.COUNT),
        Column("rate", "Rate", Kind.TWO),
        Column("cost", "Cost", Kind.TWO),
    )
    guard = Guard(
        keys=("group",),
        counts=(Count("people", ("rate",), least=True),),
        plain=("cost",),
        places={"rate": 1, "cost": 2},
        totals=Totals((), "group", "all"),
    )
    return Guarded(Table("t", "Some people", columns, tuple(given)), guard)


def shown(guarded: Guarded, profile: Profile, previous: Previous | None = None) -> dict[str, Value]:
    table = disclose([guarded], profile, previous).tables["t"]
    return {str(row[0]): row[1] for row in table.rows}


def test_the_unit_sees_counts_as_they_are() -> None:
    guarded = counted(("a", 1), ("b", 0))
    assert disclose([guarded], UNIT).tables["t"] == guarded.table


def test_small_counts_and_what_rests_on_them_are_withheld() -> None:
    table = disclose([counted(("a", 4), ("b", 63), ("c", 38), ("d", 12))], BOARD).tables["t"]
    assert table.rows[0][:3] == ("a", "[c]", "[c]")
    assert table.rows[1][:3] == ("b", 65, 9.0), "rounded to base 5, the rate to the places that are read"
    assert table.rows[2][:3] == ("c", 40, 5.4)
    assert table.rows[3][:3] == ("d", 10, "[x]"), "no rate on fewer than 20"
    assert table.rows[4][:2] == ("all", 117), "a total stays exact unless configured otherwise"
    assert {row[3] for row in table.rows} == {12.35, 1.0}, "what is plain is rounded and stays"


def test_zero_is_a_small_count_and_the_threshold_is_not() -> None:
    found = shown(counted(("a", 0), ("b", 4), ("c", 5), ("d", 60)), BOARD)
    assert [found[key] for key in "abc"] == ["[c]", "[c]", 5]


def test_totals_are_rounded_where_configured() -> None:
    assert shown(counted(("a", 31), ("b", 31)), replace(BOARD, total_base=5))["all"] == 60


def test_one_small_count_takes_another_with_it() -> None:
    found = shown(counted(("a", 2), ("b", 11), ("c", 40)), EXACT)
    assert found["a"] == found["b"] == "[c]", "the smallest of the others, since all less c would give a back"
    assert found["c"] == 40


def test_rounding_alone_is_enough_where_many_parts_are_rounded() -> None:
    found = shown(counted(("a", 2), ("b", 23), ("c", 43), ("d", 31)), BOARD)
    assert [found[key] for key in "abcd"] == ["[c]", 25, 45, 30]


def test_what_nobody_prints_but_everybody_can_subtract() -> None:
    columns = (Column("group", "Group"), Column("n", "N", Kind.COUNT), Column("of", "Of", Kind.COUNT))
    guard = Guard(keys=("group",), counts=(Count("n"), Count("of")), nested=(("n", "of"),))
    table = Table("t", "Some people", columns, (("a", 38, 40), ("b", 20, 40)))
    rows = disclose([Guarded(table, guard)], EXACT).tables["t"].rows
    assert "[c]" in rows[0], "40 less 38 are two who were not"
    assert rows[1] == ("b", 20, 40)


@pytest.mark.parametrize(
    ("column", "said"),
    [("nominal_id", "names anybody"), ("manager_id", "names anybody"), ("note", "declared")],
)
def test_people_and_undeclared_columns_are_refused(column: str, said: str) -> None:
    guarded = counted(("a", 60))
    columns = (*guarded.table.columns, Column(column, column))
    rows = tuple((*row, "x") for row in guarded.table.rows)
    with pytest.raises(IntegrityError, match=said):
        disclose([replace(guarded, table=replace(guarded.table, columns=columns, rows=rows))], BOARD)


def test_a_table_whose_parts_do_not_add_up_is_refused() -> None:
    with pytest.raises(IntegrityError, match="do not add up"):
        disclose([counted(("a", 20), ("b", 30), whole=400)], EXACT)


def test_an_interval_is_what_trying_everything_gives() -> None:
    bounds = {"a": (0, 6), "b": (2, 5), "c": (0, 4), "d": (9, 9), "e": (0, 9)}
    rules = [
        Rule({"a": 1, "b": 1, "c": 1, "d": -1}),
        Rule({"e": 1, "a": -1}, 1, 3),
        Rule({"c": 2, "b": -1}, 0, 3),
    ]
    system = System(bounds, rules)
    fits = [
        values
        for values in itertools.product(*(range(low, high + 1) for low, high in bounds.values()))
        for given in [dict(zip(bounds, values, strict=True))]
        if all(rule.low <= sum(given[c] * f for c, f in rule.factors.items()) <= rule.high for rule in rules)
    ]
    for place, cell in enumerate(bounds):
        column = [values[place] for values in fits]
        assert system.interval(cell) == (min(column), max(column))


def test_a_profile_that_protects_nothing_is_refused() -> None:
    with pytest.raises(UsageError):
        replace(BOARD, base=0)
    with pytest.raises(UsageError):
        replace(BOARD, threshold=-1)


@pytest.mark.parametrize("count", range(5, 60))
def test_a_rounded_count_stands_for_what_rounds_to_it(count: int) -> None:
    low, high = BOARD.bounds(BOARD.shown(count))
    assert low <= count <= high
    assert {BOARD.shown(n) for n in range(low, high + 1)} == {BOARD.shown(count)}
    assert BOARD.shown(high + 1) != BOARD.shown(count)


def test_what_the_pack_before_withheld_stays_unknown() -> None:
    """Alone both packs are safe; together, since the count can only grow, they would give the first one away."""
    guard = replace(counted(("a", 1)).guard, grows=("people",))
    first = counted(("a", 2), ("b", 9), ("c", 40))
    before = disclose([replace(first, guard=guard)], EXACT)
    assert [row[1] for row in before.tables["t"].rows] == ["[c]", "[c]", 40, 51]
    then = Previous(before.cells)
    now = replace(counted(("a", 5), ("b", 9), ("c", 40)), guard=guard)
    assert [row[1] for row in disclose([now], EXACT).tables["t"].rows] == [5, 9, 40, 54]
    found = disclose([now], EXACT, then).tables["t"].rows
    assert found[1][1] == "[c]", "9 now means at most 9 then, so at least 2 of a"


def test_a_pack_made_again_withholds_the_same() -> None:
    now = counted(("a", 8), ("b", 30), ("c", 40))
    before = Previous({CellId("t", ("b",), "people"): "[c]", CellId("t", ("c",), "people"): "40"}, True)
    assert shown(now, EXACT, before)["b"] == "[c]"
    other = Previous({CellId("t", ("b",), "people"): "[c]", CellId("t", ("c",), "people"): "41"}, True)
    assert shown(now, EXACT, other)["b"] == 30, "other figures: another pack of the same date"


def test_counts_are_read_back_as_printed() -> None:
    cells = {CellId("t", ("a", "x | y"), "n"): "[c]", CellId("t", ("b", "z"), "n"): "40"}
    table = cells_table({cell: cells[cell] for cell in list(cells)[1:]}, date(2026, 9, 20))
    text = csv_text(table.columns, table.rows)
    assert read_previous(text, date(2026, 10, 20)) == Previous({CellId("t", ("b", "z"), "n"): "40"}, False)
    assert read_previous(text, date(2026, 9, 20)) == Previous({CellId("t", ("b", "z"), "n"): "40"}, True)
    assert read_previous(text, date(2026, 8, 20)) is None, "a later pack is not the one before"
    assert read_previous("", date(2026, 9, 20)) is None
    with pytest.raises(InputError):
        read_previous(text.replace("2026-09-20", "yesterday"), date(2026, 9, 20))


def test_limits_are_as_coarse_as_need_be() -> None:
    values = [7.0, 9, 8, 10, 2, 9, 7, 8, 10, 9, 8, 7]
    assert rounded_limits(values, [], 5, 2.66) == (8, 1, 15)
    coarse = rounded_limits(values, [4], 5, 2.66)
    assert coarse is None or any(limit not in {8, 1, 15} for limit in coarse)
    for small in range(5):
        assert rounded_limits([*values[:4], small, *values[5:]], [4], 5, 2.66) == coarse
