"""Loggers. No personal data goes into a log: ids of deliveries, files, models and runs do, people do not."""

from __future__ import annotations

import logging


def get_logger(name: str) -> logging.Logger:
    """Return the logger of a module, below the one root ``hhw`` that the command line configures."""
    return logging.getLogger(f"hhw.{name.removeprefix('include.')}")
