"""Small helpers to write SQL whose variable parts are identifiers and expressions made from the contract."""

from __future__ import annotations

from collections.abc import Iterable


def fill(template: str, **parts: str) -> str:
    """Fill a template of SQL. The parts are names and expressions of ours; values of a delivery never are.

    Args:
        template: SQL with ``{name}`` where a part goes.
        **parts: Entity and column names of the contract, or SQL made from them.
    """
    return template.format_map(parts)


def comma(items: Iterable[str]) -> str:
    """Join select items."""
    return ", ".join(items)


def equal(left: str, right: str, columns: Iterable[str]) -> str:
    """Return the condition that two tables agree in columns."""
    return " AND ".join(f"{left}.{name} = {right}.{name}" for name in columns)


def given(columns: Iterable[str], table: str = "") -> str:
    """Return the condition that none of the columns is null."""
    prefix = f"{table}." if table else ""
    return " AND ".join(f"{prefix}{name} IS NOT NULL" for name in columns)
