"""The list as published for its own date: written once, and never again."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from include.files import fsync_dir, fsync_file, private_dir
from include.logs import get_logger
from include.settings import Settings
from include.warehouse.stores import open_store, text_literal

_log = get_logger(__name__)


def history_file(settings: Settings, run_date: date, algorithm_version: str) -> Path:
    """Return where the list published for a date lies."""
    return settings.history_dir / "rankings" / f"{run_date:%Y-%m-%d}--{algorithm_version}.parquet"


def write_history(
    settings: Settings, warehouse: Path, as_at: date, algorithm_version: str, release_id: str
) -> Path | None:
    """Write the list of ``as_at`` unless one was published for that date before.

    Returns:
        The file, or ``None`` if a list stood there already: that one stays.
    """
    target = history_file(settings, as_at, algorithm_version)
    if target.exists():
        _log.info("the list for %s stays as it was first published", as_at)
        return None
    private_dir(target.parent)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with open_store(warehouse) as connection:
        connection.execute(
            "copy (select run_date, nominal_id, rank, score, algorithm_version, "  # noqa: S608  our own values
            f"{text_literal(release_id)} as release_id, date '{as_at:%Y-%m-%d}' as published_as_at "
            f"from marts.fct_rankings where run_date = date '{as_at:%Y-%m-%d}' "
            f"and algorithm_version = {text_literal(algorithm_version)} order by rank) "
            f"to {text_literal(str(temporary))} (format parquet, compression zstd)"
        )
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
