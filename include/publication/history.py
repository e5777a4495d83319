"""What was published for its own date, the list and who was one person: written once, and never again."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from include.files import fsync_dir, fsync_file, private_dir
from include.logs import get_logger
from include.settings import Settings
from include.warehouse.stores import open_store, parquet_options, text_literal

_log = get_logger(__name__)
RANKINGS, IDENTITY = "rankings", "identity"


def history_file(settings: Settings, run_date: date, algorithm_version: str, kind: str = RANKINGS) -> Path:
    """Return where the list published for a date lies, or who was one person in it."""
    return settings.history_dir / kind / f"{run_date:%Y-%m-%d}--{algorithm_version}.parquet"


def write_history(
    settings: Settings, warehouse: Path, as_at: date, algorithm_version: str, release_id: str
) -> Path | None:
    """Write the list of ``as_at``, and who was one person in it, unless they were published for that date before.

    Returns:
        The file of the list, or ``None`` if a list stood there already: that one stays.
    """
    version = text_literal(algorithm_version)
    published = (
        f"{version} as algorithm_version, {text_literal(release_id)} as release_id, "
        f"date '{as_at}' as published_as_at"
    )
    merged = (  # the row without a nominal says that nothing else was merged, even where nobody was
        f"select *, {published} from (select nominal_id, survivor_id as merged_into from marts.dim_merged_nominals "  # noqa: S608
        "union all select null, null) order by nominal_id"
    )
    _write_once(history_file(settings, as_at, algorithm_version, IDENTITY), warehouse, merged)
    ranked = (
        f"select run_date, nominal_id, rank, score, {published} from marts.fct_rankings "  # noqa: S608  our own values
        f"where run_date = date '{as_at}' and algorithm_version = {version} order by rank"
    )
    return _write_once(history_file(settings, as_at, algorithm_version), warehouse, ranked)


def _write_once(target: Path, warehouse: Path, query: str) -> Path | None:
    if target.exists():
        _log.info("%s stays as it was first published", target.name)
        return None
    private_dir(target.parent)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with open_store(warehouse) as connection:
        connection.execute(f"copy ({query}) to {text_literal(str(temporary))} {parquet_options()}")
    temporary.chmod(0o400)
    fsync_file(temporary)
    try:
        os.link(temporary, target)  # a link never replaces: two writers cannot both win
    except FileExistsError:
        return None
    finally:
        temporary.unlink()
    fsync_dir(target.parent)
    return target
