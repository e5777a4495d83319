"""What several commands take: where the data is, and the settings that follow from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from include.settings import Settings, get_settings

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Where all state is kept (default ./data).")]


def settings_from(data_dir: Path | None = None, landing: Path | None = None) -> Settings:
    """Put what the command line says into the environment, which is where settings are read from."""
    if data_dir is not None:
        os.environ["HHW_DATA_DIR"] = str(data_dir.resolve())
    if landing is not None:
        os.environ["HHW_LANDING"] = str(landing.resolve())
    get_settings.cache_clear()
    return get_settings()
