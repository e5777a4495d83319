"""Once the rules have spoken: what is loaded, what leaves with a parent, what the state is afterwards."""

from __future__ import annotations

from include.contract import Entity
from include.ingest.checking import Checking, same_key
from include.ingest.rows_sql import value
from include.ingest.sql import comma, equal, fill
from include.ingest.state import state_columns


def settle(checking: Checking, entity: Entity) -> None:
    """Decide what is loaded, what leaves, and what the state is afterwards."""
    columns = state_columns(checking.source, entity)
    parts = {
        "e": entity.name,
        "key": comma(entity.key),
        "shared": equal("s", "r", entity.key),
        "same": same_key(entity, "s", "r"),
        "skey": comma(f"s.{name}" for name in entity.key),
        "scolumns": comma(f"s.{name}" for name in columns),
        "values": comma(f"{value(entity.column(name))} AS {name}" for name in columns),
        "keyvalues": comma(f"{value(entity.column(name))} AS {name}" for name in entity.key),
        "leaves": _leaves(checking, entity),
        "dsame": equal("s", "d", entity.key),
    }
    checking.run(
        """
        CREATE TABLE twins_{e} AS
        SELECT r._record FROM rows_{e} AS r JOIN shared_{e} AS s ON {shared}
        ANTI JOIN faults_{e} AS f ON f._record = r._record WHERE r._record > s._first
        """,
        **parts,
    )
    # Of a sound file every row is loaded: there is nothing to copy. A full delivery begins from an empty state.
    is_sound = not any(checking.have_rows(f"faults_{entity.name}", f"twins_{entity.name}"))
    checking.run(_LOADED_ALL if is_sound else _LOADED_SOME, **parts)
    checking.run(
        """
        CREATE TABLE derived_{e} AS
        SELECT {skey} FROM state_{e} AS s ANTI JOIN loaded_{e} AS r ON {same} WHERE {leaves};
        CREATE TABLE gone_{e} AS
        SELECT {key} FROM derived_{e} UNION SELECT {keyvalues} FROM loaded_{e} WHERE NOT _upsert;
        """,
        **parts,
    )
    after = "TABLE" if checking.is_delta and _is_parent(checking, entity) else "VIEW"
    checking.run(_AFTER_DELTA if checking.is_delta else _AFTER_FULL, after=after, **parts)
    if len(entity.key) == 1:
        _settle_lost(checking, entity)


_LOADED_ALL = "CREATE VIEW loaded_{e} AS SELECT * FROM rows_{e}"
_LOADED_SOME = """
    CREATE TABLE loaded_{e} AS
    SELECT r.* FROM rows_{e} AS r
    ANTI JOIN faults_{e} AS f ON f._record = r._record ANTI JOIN twins_{e} AS t ON t._record = r._record
"""
_AFTER_FULL = "CREATE {after} after_{e} AS SELECT {values} FROM loaded_{e}"
_AFTER_DELTA = """
    CREATE {after} after_{e} AS
    SELECT {values} FROM loaded_{e} WHERE _upsert
    UNION ALL SELECT {scolumns} FROM state_{e} AS s
    ANTI JOIN loaded_{e} AS r ON {same} ANTI JOIN derived_{e} AS d ON {dsame}
"""


def _is_parent(checking: Checking, entity: Entity) -> bool:
    """Whether other entities are held against what is known of this one: then it is looked up more than once."""
    return any(parent.entity == entity.name for other in checking.source for parent in other.outer_parents)


def _settle_lost(checking: Checking, entity: Entity) -> None:
    """Decide which keys are absent because their row was put aside."""
    if not any(checking.have_rows(*(f"{kind}_{entity.name}" for kind in ("lost", "faults", "aside")))):
        return
    checking.run(
        """
        CREATE OR REPLACE TABLE lost_{e} AS
        SELECT key FROM (
            SELECT key FROM lost_{e}
            UNION SELECT {key} FROM rows_{e} SEMI JOIN faults_{e} USING (_record) WHERE _upsert
            UNION SELECT {key} FROM aside_{e}
        )
        WHERE key IS NOT NULL
        AND key NOT IN (SELECT {key} FROM after_{e}) AND key NOT IN (SELECT {key} FROM gone_{e})
        """,
        e=entity.name,
        key=entity.key[0],
    )


def _leaves(checking: Checking, entity: Entity) -> str:
    """Return the condition that a record of the state leaves with a parent; of parents that leave nobody, none."""
    went = [(parent.column, parent.key, f"gone_{parent.entity}") for parent in entity.outer_parents]
    if entity.self_parent:
        went.append((entity.key[0], "key", f"merged_away_{entity.name}"))
    if not went:
        return "false"
    conditions = [
        fill("s.{column} IN (SELECT {key} FROM {table})", column=column, key=key, table=table)
        for (column, key, table), is_any in zip(went, checking.have_rows(*(t for *_, t in went)), strict=True)
        if is_any
    ]
    return " OR ".join(conditions) or "false"
