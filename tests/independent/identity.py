"""One person: merges followed to the survivor, rows of other sources linked to survivors."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class People:
    """Who is who.

    Attributes:
        survivor: nominal_id as delivered -> nominal_id of the survivor.
        pnc: pnc_id -> the only survivor that holds it.
        nominals: One row per survivor, with merged_count.
    """

    survivor: dict[str, str]
    pnc: dict[str, str]
    nominals: pd.DataFrame

    def link(self, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
        """Return nominal_id of the survivor (None: unlinked) and link_method of rows of another source."""
        found, methods = [], []
        empty = [None] * len(rows)
        own = rows.get("nominal_id", empty)
        pncs = rows.get("pnc_id", empty)
        for nominal_id, pnc_id in zip(own, pncs, strict=True):
            if nominal_id in self.survivor:
                found.append(self.survivor[nominal_id])
                methods.append("nominal_id")
            elif pnc_id in self.pnc:
                found.append(self.pnc[pnc_id])
                methods.append("pnc_id")
            else:
                found.append(None)
                methods.append("unlinked")
        index = rows.index
        return pd.Series(found, index=index, dtype=object), pd.Series(methods, index=index, dtype=object)


def follow_merges(nominals: pd.DataFrame, as_at: pd.Timestamp) -> People:
    """Follow merged_into to the survivors and find out who holds which PNC id."""
    into = dict(zip(nominals["nominal_id"], nominals["merged_into"], strict=True))
    survivor: dict[str, str] = {}
    for nominal_id in into:
        last = nominal_id
        while into[last] is not None:
            last = into[last]
        survivor[nominal_id] = last
    holders: dict[str, set[str]] = defaultdict(set)
    for nominal_id, pnc_id in zip(nominals["nominal_id"], nominals["pnc_id"], strict=True):
        if pnc_id is not None:
            holders[pnc_id].add(survivor[nominal_id])
    alone = {pnc_id: next(iter(held_by)) for pnc_id, held_by in holders.items() if len(held_by) == 1}
    counts = pd.Series(survivor, dtype=object).value_counts() - 1
    rows = nominals[nominals["merged_into"].isna()].drop(columns="merged_into").reset_index(drop=True)
    # Who has no PNC id of their own shows the lowest that the chain holds.
    held = (
        nominals.assign(owner=nominals["nominal_id"].map(survivor)).groupby("owner")["pnc_id"].min().dropna()
    )
    rows["pnc_id"] = rows["pnc_id"].where(rows["pnc_id"].notna(), rows["nominal_id"].map(held))
    rows["merged_count"] = rows["nominal_id"].map(counts).astype("int64")
    # A death after as_at is not known at as_at.
    rows["deceased_date"] = rows["deceased_date"].where(rows["deceased_date"] <= as_at)
    return People(survivor, alone, rows)


def linked(people: People, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of another source with the survivor's nominal_id and link_method."""
    nominal_id, method = people.link(rows)
    return rows.assign(nominal_id=nominal_id, link_method=method)
