"""Versioned configuration of the method: read from the seeds, given to every model, named by its hash."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path

from include.errors import UsageError

Value = int | float | str | bool

# A change in any of these can move a rank, so it makes a new algorithm_version.
RANKING_SEEDS = ("offence_types.csv", "harm_index.csv", "ogrs3_coefficients.csv")
_CHOICES = {"identity": ("exact", "model")}
# Whom the linkage model joins; while identity is `exact` nothing of it can move a rank.
_IDENTITY_SEEDS = ("identity_model.csv", "nicknames.csv")
_METHOD = "1.0"


def _rows(seeds: Path, name: str) -> list[dict[str, str]]:
    path = seeds / name
    if not path.is_file():
        raise UsageError(
            f"{path}: this seed is missing",
            "Restore it, or set HHW_SEEDS_DIR to a folder that has all seeds.",
        )
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _typed(name: str, value: str, data_type: str) -> Value:
    try:
        match data_type:
            case "int":
                return int(value)
            case "float":
                return float(value)
            case "bool":
                return {"true": True, "false": False}[value.lower()]
            case "date":
                return date.fromisoformat(value).isoformat() if value else ""
            case "text":
                return value
    except (ValueError, KeyError) as error:
        raise UsageError(
            f"algorithm_parameters.csv: {name} is {value!r}, which is no {data_type}", "Correct the value."
        ) from error
    raise UsageError(
        f"algorithm_parameters.csv: {name} has data_type {data_type!r}", "Use int, float, text, date or bool."
    )


def read_parameters(seeds: Path) -> dict[str, Value]:
    """Read the parameters of the method.

    Args:
        seeds: Folder of the seeds.

    Returns:
        Parameter name -> typed value.

    Raises:
        UsageError: Names the parameter whose value does not fit its type, or that stands twice.
    """
    parameters: dict[str, Value] = {}
    for row in _rows(seeds, "algorithm_parameters.csv"):
        name = row["parameter"]
        if name in parameters:
            raise UsageError(f"algorithm_parameters.csv: {name} stands twice", "Keep one of the two rows.")
        if "'" in row["value"]:
            raise UsageError(f"algorithm_parameters.csv: {name} holds a quotation mark", "Remove it.")
        if name in _CHOICES and row["value"] not in _CHOICES[name]:
            raise UsageError(
                f"algorithm_parameters.csv: {name} is {row['value']!r}", f"Use {' or '.join(_CHOICES[name])}."
            )
        parameters[name] = _typed(name, row["value"], row["data_type"])
    return parameters


def algorithm_version(seeds: Path) -> str:
    """Return the version of the ranking: the method's number and a hash of all that can move a rank.

    Hashed are values, not bytes: a new source or description makes no new version.
    """
    digest = hashlib.sha256()
    rows = sorted(_rows(seeds, "algorithm_parameters.csv"), key=lambda row: row["parameter"])
    is_model = any(row["parameter"] == "identity" and row["value"] == "model" for row in rows)
    for row in rows:
        if row["affects_ranking"].lower() == "true" and (
            is_model or not row["parameter"].startswith("identity_")
        ):
            digest.update(f"{row['parameter']}={row['value']}\n".encode())
    prose = {
        "source",
        "note",
        "title",
        "basis",
        "serious_reason",
        "starting_point",
        "index_version",
        "subgroup",
        "ho_group",
    }
    for name in (*RANKING_SEEDS, *(_IDENTITY_SEEDS if is_model else ())):
        lines = ("\x1f".join(v or "" for k, v in row.items() if k not in prose) for row in _rows(seeds, name))
        digest.update(f"{name}\n".encode())
        digest.update("\n".join(sorted(lines)).encode())
    return f"{_METHOD}-{digest.hexdigest()[:8]}"


def seeds_hash(seeds: Path) -> str:
    """Return a hash over all seeds' bytes, for the hash of a run's inputs."""
    digest = hashlib.sha256()
    for path in sorted(seeds.glob("*.csv")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
