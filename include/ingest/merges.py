"""Merges of nominals: chains that end nowhere, chains that hang on a bad row, and circles.

``merged_into`` points from rows of a file to rows of the same file, so one pass over parents and children
does not settle it. The rows that merge are few; they are worked on as arrays: strongly connected components
find the circles, pointer jumping carries a fault up chains of any length in a logarithm of steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ids = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE = -1


@dataclass
class Chains:
    """Every nominal that merges or is merged into, as a node; one entry per node in each array.

    Attributes:
        target: Where the delivered row points; -1 = nowhere, or no such row.
        accepted: A delivered row without a fault so far.
        delivered: A delivered row at all, faulty or not.
        in_state: It was in the state before.
        state_target: Where the state's row points.
        deleted: The delivery deletes it.
        lost: Its row was put aside, here or in an earlier delivery in effect.
    """

    target: Ids
    accepted: Flags
    delivered: Flags
    in_state: Flags
    state_target: Ids
    deleted: Flags
    lost: Flags


@dataclass(frozen=True)
class Verdicts:
    """What is found of each node.

    Attributes:
        in_cycle: Its delivered row closes a circle.
        present: It is in the state after the delivery.
        lost: It is not there because its row was put aside.
        gone: The state's record leaves with what it was merged into.
    """

    in_cycle: Flags
    present: Flags
    lost: Flags
    gone: Flags


def circles(start: Ids, end: Ids, size: int) -> Flags:
    """Tell which edges lie on a circle: both ends in one strongly connected component."""
    if not len(start):
        return np.zeros(0, np.bool_)
    graph = coo_array((np.ones(len(start), np.int8), (start, end)), shape=(size, size))
    _, component = connected_components(graph.tocsr(), directed=True, connection="strong")
    counts = np.bincount(component, minlength=size)
    same = component[start] == component[end]
    return np.asarray(same & ((counts[component[start]] > 1) | (start == end)), np.bool_)


def reaches(marked: Flags, following: Ids) -> Flags:
    """Tell from which nodes a marked one is reached; ``following`` is the next node, or the node itself."""
    found, step = marked.copy(), following.copy()
    for _ in range(max(len(marked), 1).bit_length() + 1):
        found |= found[step]
        step = step[step]
    return found


def judge(chains: Chains) -> Verdicts:
    """Decide every merge; a row put aside in one round may take others with it in the next."""
    size = len(chains.target)
    nodes = np.arange(size, dtype=np.int64)
    accepted = chains.accepted.copy()
    in_cycle = np.zeros(size, np.bool_)
    lost = chains.lost | (chains.delivered & ~chains.accepted)
    while True:
        stays = chains.in_state & ~accepted & ~chains.deleted
        edge = np.where(accepted, chains.target, np.where(stays, chains.state_target, NONE))
        goes = np.where(stays & (edge != NONE), edge, nodes)
        gone = reaches(chains.deleted, goes) & stays
        present = accepted | (stays & ~gone)
        drawn = np.flatnonzero((edge != NONE) & ~gone)
        on_circle = np.zeros(size, np.bool_)
        on_circle[drawn] = circles(drawn, edge[drawn], size)
        falls = accepted & (on_circle | ((edge != NONE) & ~present[edge]))
        # a fall goes as far up the chain as no older version of a row stays in its place
        up = np.where(accepted & (edge != NONE) & ~chains.in_state[edge], edge, nodes)
        falls_too = reaches(falls, up) & accepted
        if not falls_too.any():
            return Verdicts(in_cycle, present, lost & ~present & ~chains.deleted & ~gone, gone)
        in_cycle |= on_circle & accepted
        lost |= falls_too
        accepted &= ~falls_too
