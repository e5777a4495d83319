"""Merges of nominals in a delivery: SQL brings them together, :mod:`include.ingest.merges` judges them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from include.contract import Entity
from include.ingest import merges
from include.ingest.checking import PARENT_POSITION, Checking


def check_merges(checking: Checking, entity: Entity) -> None:
    """Decide the references of an entity to itself, and which records of the state leave by them."""
    parent = entity.self_parent
    assert parent is not None  # noqa: S101  the caller has looked
    names = {"e": entity.name, "key": parent.key, "column": parent.column}
    checking.run("CREATE TABLE merged_away_{e} (key VARCHAR)", **names)
    _make_nodes(checking, names)
    links = _arrays(
        checking,
        """
        SELECT l._record, f.id AS f, t.id AS t FROM links AS l
        JOIN nodes AS f ON f.name = l.name JOIN nodes AS t ON t.name = l.target ORDER BY l._record
        """,
    )
    nodes = _arrays(checking, "SELECT * EXCLUDE (name) FROM nodes ORDER BY id")
    if not len(nodes["id"]):
        return
    _write_merges(checking, names, links, nodes)


def _arrays(checking: Checking, query: str) -> dict[str, Any]:
    """Return a result as numpy arrays by column."""
    table = checking.run(query).to_arrow_table()
    return {name: table.column(name).to_numpy() for name in table.column_names}


def _make_nodes(checking: Checking, names: dict[str, str]) -> None:
    """Make ``links`` (delivered merges) and ``nodes`` (everybody who merges or is merged into)."""
    checking.run(
        """
        CREATE OR REPLACE TEMP TABLE links AS
        SELECT _record, {key} AS name, {column} AS target FROM rows_{e}
        WHERE _upsert AND {key} IS NOT NULL AND {column} IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE delivered_keys AS
        SELECT r.{key} AS name, any_value(r.{column}) AS target, bool_or(r._upsert) AS upsert,
            bool_and(f._record IS NULL) AS sound
        FROM rows_{e} AS r LEFT JOIN (SELECT DISTINCT _record FROM faults_{e}) AS f USING (_record)
        WHERE r.{key} IS NOT NULL GROUP BY r.{key};
        INSERT INTO lost_{e} SELECT {key} FROM aside_{e} WHERE {key} IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE named AS
        SELECT name, row_number() OVER (ORDER BY name) - 1 AS id FROM (
            SELECT name FROM links UNION SELECT target FROM links
            UNION SELECT {key} FROM state_{e} WHERE {column} IS NOT NULL
            UNION SELECT {column} FROM state_{e} WHERE {column} IS NOT NULL
        );
        CREATE OR REPLACE TEMP TABLE nodes AS
        SELECT n.id, n.name, coalesce(to_.id, -1) AS target,
            coalesce(d.upsert AND d.sound, false) AS accepted, coalesce(d.upsert, false) AS delivered,
            s.{key} IS NOT NULL AS in_state, coalesce(was.id, -1) AS state_target,
            coalesce(NOT d.upsert AND d.sound, false) AS deleted, l.key IS NOT NULL AS lost
        FROM named AS n
        LEFT JOIN delivered_keys AS d ON d.name = n.name
        LEFT JOIN named AS to_ ON to_.name = d.target
        LEFT JOIN state_{e} AS s ON s.{key} = n.name
        LEFT JOIN named AS was ON was.name = s.{column}
        LEFT JOIN (SELECT DISTINCT key FROM lost_{e}) AS l ON l.key = n.name
        """,
        **names,
    )


def _write_merges(
    checking: Checking, names: dict[str, str], links: dict[str, Any], nodes: dict[str, Any]
) -> None:
    """Judge the chains and write what was found as faults of rows and as keys that leave."""
    size = len(nodes["id"])
    # circles as delivered come first: a row in one is at fault for it, whatever else is wrong with the others
    kept = np.flatnonzero(
        nodes["in_state"] & ~nodes["delivered"] & ~nodes["deleted"] & (nodes["state_target"] >= 0)
    )
    start = np.concatenate((links["f"], kept)).astype(np.int64)
    end = np.concatenate((links["t"], nodes["state_target"][kept])).astype(np.int64)
    circling = merges.circles(start, end, size)[: len(links["f"])]
    accepted = nodes["accepted"].copy()
    accepted[links["f"][circling]] = False
    columns = {
        name: nodes[name] for name in ("target", "delivered", "in_state", "state_target", "deleted", "lost")
    }
    verdicts = merges.judge(merges.Chains(accepted=accepted, **columns))
    circling |= verdicts.in_cycle[links["f"]]
    absent = ~verdicts.present[links["t"]]
    codes = np.where(verdicts.lost[links["t"]], "parent_quarantined", "parent_missing")
    codes = np.where(circling, "merge_cycle", codes)
    found = circling | absent
    table = pa.table(
        {"_record": links["_record"][found], "code": pa.array(codes[found].tolist(), pa.string())}
    )
    checking.connection.register("found", table)
    checking.run(
        "INSERT INTO faults_{e} SELECT _record, {p}, code, '{column}' FROM found",
        p=str(PARENT_POSITION),
        **names,
    )
    checking.connection.unregister("found")
    checking.connection.register("found", pa.table({"id": nodes["id"][verdicts.gone]}))
    checking.run("INSERT INTO merged_away_{e} SELECT name FROM nodes JOIN found USING (id)", **names)
    checking.connection.unregister("found")
