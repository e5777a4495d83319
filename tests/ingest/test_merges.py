"""Merge chains as arrays against the same rules said slowly."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from include.ingest.merges import Chains, circles, judge, reaches

NODES = 6
node = st.tuples(
    st.integers(-1, NODES - 1),  # target
    st.sampled_from(["accepted", "faulty", "none", "deleted"]),
    st.booleans(),  # in the state
    st.integers(-1, NODES - 1),  # target in the state
    st.booleans(),  # put aside earlier
)


def on_circle(start: int, edge: dict[int, int]) -> bool:
    at, steps = edge.get(start, -1), 0
    while at != -1 and at != start and steps <= NODES:
        at, steps = edge.get(at, -1), steps + 1
    return at == start


def slowly(made: list[tuple[int, str, bool, int, bool]]) -> tuple[set[int], set[int], set[int]]:
    """Return who is present, who closed a circle, and whose record of the state leaves."""
    accepted = {n for n, item in enumerate(made) if item[1] == "accepted"}
    deleted = {n for n, item in enumerate(made) if item[1] == "deleted"}
    circled: set[int] = set()
    while True:
        stays = {n for n, item in enumerate(made) if item[2] and n not in accepted | deleted}
        gone: set[int] = set()
        while more := {n for n in stays - gone if made[n][3] in gone | deleted}:
            gone |= more
        present = accepted | (stays - gone)
        edge = {n: made[n][0] for n in accepted} | {n: made[n][3] for n in stays - gone}
        circling = {n for n in accepted if on_circle(n, edge)}
        falls = circling | {n for n in accepted if made[n][0] != -1 and made[n][0] not in present}
        if not falls:
            return present, circled, gone
        circled |= circling
        accepted -= falls


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(node, min_size=NODES, max_size=NODES))
def test_fast_and_slow_agree(made: list[tuple[int, str, bool, int, bool]]) -> None:
    # a state never holds a circle: its rows were judged when they came
    clean = [(t, kind, was, s if s < n else -1, lost) for n, (t, kind, was, s, lost) in enumerate(made)]
    kinds = [item[1] for item in clean]
    chains = Chains(
        target=np.array([t if kind in ("accepted", "faulty") else -1 for t, kind, *_ in clean], np.int64),
        accepted=np.array([kind == "accepted" for kind in kinds]),
        delivered=np.array([kind in ("accepted", "faulty") for kind in kinds]),
        in_state=np.array([item[2] for item in clean]),
        state_target=np.array([item[3] if item[2] else -1 for item in clean], np.int64),
        deleted=np.array([kind == "deleted" for kind in kinds]),
        lost=np.array([item[4] for item in clean]),
    )
    found = judge(chains)
    present, circled, gone = slowly([item if item[2] else (*item[:3], -1, item[4]) for item in clean])
    assert set(np.flatnonzero(found.present)) == present
    assert set(np.flatnonzero(found.in_cycle)) == circled
    assert set(np.flatnonzero(found.gone)) == gone
    assert not (found.lost & found.present).any()


def test_a_chain_of_a_million_is_no_matter() -> None:
    size = 1_000_000
    following = np.append(np.arange(1, size), size - 1)
    marked = np.zeros(size, np.bool_)
    marked[-1] = True
    assert reaches(marked, following).all()


def test_circles_of_edges() -> None:
    start, end = np.array([0, 1, 2, 3, 4, 4]), np.array([1, 0, 0, 3, 3, 5])
    assert circles(start, end, 6).tolist() == [True, True, False, True, False, False]
