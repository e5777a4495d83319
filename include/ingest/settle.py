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
    leaves = _leaves(checking, entity)
    _meet_state(checking, entity, leaves)
    parts = {
        "e": entity.name,
        "key": comma(entity.key),
        "shared": equal("s", "r", entity.key),
        "same": same_key(entity, "s", "r"),
        "skey": comma(f"s.{name}" for name in entity.key),
        "scolumns": comma(f"s.{name}" for name in columns),
        "values": comma(f"{value(entity.column(name))} AS {name}" for name in columns),
        "keyvalues": comma(f"{value(entity.column(name))} AS {name}" for name in entity.key),
        "leaves": leaves,
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
        SELECT {skey} FROM met_{e} AS s ANTI JOIN loaded_{e} AS r ON {same} WHERE {leaves};
        CREATE TABLE gone_{e} AS
        SELECT {key} FROM derived_{e} UNION SELECT {keyvalues} FROM loaded_{e} WHERE NOT _upsert;
        """,
        **parts,
    )
    checking.run(_AFTER_DELTA if checking.is_delta else _AFTER_FULL, **parts)
    if len(entity.key) == 1:
        _settle_lost(checking, entity)


def _meet_state(checking: Checking, entity: Entity, leaves: str) -> None:
    """Make ``met_``: what a delivery touches of the state: keys that it delivers or refers to, and whoever leaves.

    A delta speaks of few records, and each question about them would read the whole state: it is read once. A full
    delivery begins from an empty state.
    """
    if not checking.is_delta:
        checking.run("CREATE VIEW met_{e} AS SELECT * FROM state_{e}", e=entity.name)
        return
    delivered = comma(f"{value(entity.column(name))} AS {name}" for name in entity.key)
    spoken_of = [fill("SELECT {key} FROM rows_{e}", key=delivered, e=entity.name)]
    spoken_of += [
        fill("SELECT {column} FROM rows_{child}", column=parent.column, child=child.name)
        for child in checking.source
        for parent in child.outer_parents
        if parent.entity == entity.name
    ]
    checking.run(
        """
        CREATE OR REPLACE TEMP TABLE spoken_of AS {spoken_of};
        CREATE TABLE met_{e} AS
        SELECT {columns} FROM (
            SELECT {columns} FROM base_{e} AS s WHERE ({key}) IN (FROM spoken_of) OR {leaves}
        ) ANTI JOIN changed_{e} USING ({key})
        UNION ALL SELECT {columns} FROM changed_{e} AS s
        WHERE NOT _gone AND (({key}) IN (FROM spoken_of) OR {leaves})
        """,
        e=entity.name,
        columns=comma(state_columns(checking.source, entity)),
        key=comma(entity.key),
        spoken_of=" UNION ".join(spoken_of),
        leaves=leaves,
    )


_LOADED_ALL = "CREATE VIEW loaded_{e} AS SELECT * FROM rows_{e}"
_LOADED_SOME = """
    CREATE TABLE loaded_{e} AS
    SELECT r.* FROM rows_{e} AS r
    ANTI JOIN faults_{e} AS f ON f._record = r._record ANTI JOIN twins_{e} AS t ON t._record = r._record
"""
_AFTER_FULL = "CREATE VIEW after_{e} AS SELECT {values} FROM loaded_{e}"
# as far as the delivery speaks of it: nothing else is asked of what comes after a delta
_AFTER_DELTA = """
    CREATE VIEW after_{e} AS
    SELECT {values} FROM loaded_{e} WHERE _upsert
    UNION ALL SELECT {scolumns} FROM met_{e} AS s
    ANTI JOIN loaded_{e} AS r ON {same} ANTI JOIN derived_{e} AS d ON {dsame}
"""


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
