"""The services, by name: how each is started, and how it is asked whether it is well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from include.airflow_home import POOL
from include.environment import quiet_environment
from include.errors import UsageError
from include.production.environment import production_environment
from include.settings import Settings

# The schedulers' own log servers would listen on every address: logs are read from the shared folder instead.
PARTS: dict[str, list[str]] = {
    "api-server": ["api-server", "--proxy-headers"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
_PREPARE = (
    ["db", "migrate"],
    ["sync-perm"],
    ["pools", "set", POOL, "1", "One writer."],
)
_HEALTH = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}
_PATIENCE_SECONDS = 10


def start_part(settings: Settings, name: str, arguments: Sequence[str] = ()) -> None:
    """Become a service, or carry out a command of Airflow's in its environment.

    Args:
        settings: Of this installation.
        name: A service; ``prepare`` makes or upgrades the metadata database; ``airflow`` takes ``arguments``.
        arguments: Of Airflow's command line, for ``airflow`` only.

    Raises:
        UsageError: There is no such service, or the configuration is refused.
    """
    if name not in {*PARTS, "prepare", "airflow"}:
        raise UsageError(
            f"There is no service {name!r}.", f"One of: prepare, {', '.join(PARTS)}, airflow ARGUMENTS."
        )
    environment = production_environment(settings, os.environ)
    # Parts of Airflow start others by name, and nobody says that the environment is activated.
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    quiet_environment()
    if name == "prepare":
        for command in _PREPARE:
            subprocess.run(_airflow(command), env=environment, check=True)
        return
    command = _airflow(PARTS.get(name, arguments))
    os.execve(command[0], command, environment)  # noqa: S606  no shell: it takes this process's place


def _airflow(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "airflow", *arguments]


def health_of(name: str, base_url: str) -> str:
    """Return what the API server says of a service: ``healthy``, or what is wrong.

    Args:
        name: A service of ``PARTS``.
        base_url: Of the API server, without a slash at its end.

    Raises:
        UsageError: There is no such service.
    """
    if name not in _HEALTH:
        raise UsageError(f"There is no service {name!r}.", f"One of: {', '.join(_HEALTH)}.")
    try:
        with urllib.request.urlopen(  # noqa: S310  the address comes from configuration
            f"{base_url}/api/v2/monitor/health", timeout=_PATIENCE_SECONDS
        ) as answer:
            told = json.load(answer)
    except (urllib.error.URLError, TimeoutError, json.JSONDecodeError) as error:
        return f"the API server does not answer ({type(error).__name__})"
    return str(told.get(_HEALTH[name], {}).get("status") or "not started")
