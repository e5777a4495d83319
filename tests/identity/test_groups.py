"""Groups of people, by hand: what links join, and which links go where a group contradicts what is known."""

from __future__ import annotations

import pandas as pd
import pytest

from include.identity.groups import group_people

Link = tuple[str, str, str]


def grouped(
    links: list[Link], apart: tuple[tuple[str, str], ...] = (), with_pnc_id: tuple[str, ...] = ()
) -> tuple[dict[str, str], set[Link]]:
    """Return the group of each person, and the links that stand."""
    frame = pd.DataFrame(links, columns=["left_id", "right_id", "method"], dtype="str")
    kept_apart = pd.DataFrame(list(apart), columns=["left_id", "right_id"], dtype="str")
    found = group_people(frame, kept_apart, pd.Series(list(with_pnc_id), dtype="str"))
    group = {str(one): str(row.group_id) for row in found.itertuples() for one in (row.left_id, row.right_id)}
    stand = {(row.left_id, row.right_id, row.method) for row in found.itertuples() if row.is_upheld}
    return group, stand


def test_a_chain_is_one_person_and_another_pair_another() -> None:
    links = [("B", "C", "model"), ("A", "B", "pnc_id"), ("X", "Y", "model")]
    group, stand = grouped(links)
    assert group == {"A": "A", "B": "A", "C": "A", "X": "X", "Y": "X"}
    assert stand == set(links)


@pytest.mark.parametrize(
    ("links", "apart", "with_pnc_id", "expected"),
    [
        pytest.param(
            [("A", "B", "model"), ("B", "C", "model"), ("X", "Y", "model")],
            (),
            ("A", "C"),
            {("X", "Y", "model")},
            id="two people with PNC ids of their own, joined by a third: no link of the model stands",
        ),
        pytest.param(
            [("A", "B", "pnc_id"), ("B", "C", "model")],
            (),
            ("A", "B"),
            {("A", "B", "pnc_id"), ("B", "C", "model")},
            id="two people with the same PNC id are no contradiction",
        ),
        pytest.param(
            [("A", "B", "pnc_id"), ("B", "C", "model"), ("C", "D", "model")],
            (),
            ("A", "B", "D"),
            {("A", "B", "pnc_id")},
            id="the PNC id joins still where the model goes too far",
        ),
        pytest.param(
            [("A", "B", "decision"), ("B", "C", "model")],
            (),
            ("A", "B"),
            {("A", "B", "decision"), ("B", "C", "model")},
            id="a reviewer has decided that two PNC ids are one person's",
        ),
        pytest.param(
            [("A", "B", "model"), ("B", "C", "pnc_id")],
            (("A", "C"),),
            (),
            {("B", "C", "pnc_id")},
            id="decided apart: the model's link goes first",
        ),
        pytest.param(
            [("A", "B", "pnc_id"), ("B", "C", "pnc_id")],
            (("A", "C"),),
            (),
            set(),
            id="decided apart, and PNC ids say otherwise: the decision holds",
        ),
        pytest.param(
            [("A", "B", "decision"), ("B", "C", "decision")],
            (("A", "C"),),
            (),
            set(),
            id="decisions that contradict each other join nobody",
        ),
        pytest.param(
            [("A", "B", "model")],
            (("A", "Z"),),
            ("Z",),
            {("A", "B", "model")},
            id="of people without any link",
        ),
        pytest.param([], (("A", "B"),), ("A",), set(), id="no link at all"),
    ],
)
def test_links_that_contradict_what_is_known_are_taken_back(
    links: list[Link], apart: tuple[tuple[str, str], ...], with_pnc_id: tuple[str, ...], expected: set[Link]
) -> None:
    assert grouped(links, apart, with_pnc_id)[1] == expected
