"""Which people are one: connected groups of links, undone where they contradict what is known.

Links come in three strengths: a reviewer's decision, a shared PNC id, the model. A chain of links can join people
who are known to be two: by a decision that they are, or because each side holds a PNC id of its own. The weakest
links of such a group are taken away until nothing contradicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

DECISION, PNC_ID, MODEL = "decision", "pnc_id", "model"
_WEAKEST_FIRST = (MODEL, PNC_ID, DECISION)
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Links:
    """Links between people, by position.

    Attributes:
        left: One side.
        right: The other.
        method: ``decision``, ``pnc_id`` or ``model``.
    """

    left: Ints
    right: Ints
    method: npt.NDArray[Any]


def group_people(links: pd.DataFrame, apart: pd.DataFrame, with_pnc_id: pd.Series[str]) -> pd.DataFrame:
    """Group people by their links.

    Args:
        links: left_id, right_id, method.
        apart: left_id, right_id: decided to be two people.
        with_pnc_id: Ids of the people who hold a PNC id.

    Returns:
        One row per link: left_id, right_id, method, group_id (the lowest id of the group), is_upheld.
    """
    ids = np.unique(np.concatenate([links["left_id"].to_numpy(str), links["right_id"].to_numpy(str)]))
    known = apart[apart["left_id"].isin(ids) & apart["right_id"].isin(ids)]
    pairs = Links(
        _places(ids, links["left_id"]), _places(ids, links["right_id"]), links["method"].to_numpy(str)
    )
    two = (_places(ids, known["left_id"]), _places(ids, known["right_id"]))
    holds = np.isin(ids, with_pnc_id.to_numpy(str))
    upheld = _uphold(len(ids), pairs, two, holds)
    group = _components(len(ids), pairs, upheld)
    lowest = ids[np.unique(group, return_index=True)[1]] if len(ids) else ids
    return links.assign(group_id=lowest[group[pairs.left]] if len(ids) else [], is_upheld=upheld)


def as_table(grouped: pd.DataFrame) -> pa.Table:
    """Return groups with their types said, so that a table without a row has them, too."""
    texts = [(name, pa.string()) for name in ("left_id", "right_id", "method", "group_id")]
    schema = pa.schema([*texts, ("is_upheld", pa.bool_())])
    return pa.Table.from_pandas(grouped, schema=schema, preserve_index=False)


def _places(ids: npt.NDArray[Any], values: pd.Series[str]) -> Ints:
    return np.searchsorted(ids, values.to_numpy(str)).astype(np.int64)


def _uphold(size: int, links: Links, apart: tuple[Ints, Ints], holds: Bools) -> Bools:
    """Take away the links of one strength after the other from every group that contradicts what is known."""
    upheld = np.ones(len(links.left), dtype=np.bool_)
    for weakest in _WEAKEST_FIRST:
        group = _components(size, links, upheld)
        wrong = np.zeros(size, dtype=np.bool_)
        wrong[group[apart[0]][group[apart[0]] == group[apart[1]]]] = True
        if weakest == MODEL:
            firm = _components(size, links, upheld & (links.method != MODEL))
            held = np.unique(np.stack([group[holds], firm[holds]]), axis=1)  # people of one PNC id, by group
            wrong[np.flatnonzero(np.bincount(held[0], minlength=size) > 1)] = True
        upheld &= ~(wrong[group[links.left]] & (links.method == weakest))
    return upheld


def _components(size: int, links: Links, kept: Bools) -> Ints:
    edges = coo_array((np.ones(int(kept.sum())), (links.left[kept], links.right[kept])), shape=(size, size))
    return np.asarray(connected_components(edges, directed=False)[1], dtype=np.int64)
