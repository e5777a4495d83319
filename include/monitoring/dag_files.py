"""Which DAG files cannot be used? Asked of Airflow itself, in a process of its own.

Airflow only shows a file that it cannot read to somebody who looks; whatever the file was to start is then silent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from include.airflow_home import airflow_environment
from include.settings import REPOSITORY, Settings

NOT_DAGS = frozenset({"hhw_wiring"})
_PATIENCE_SECONDS = 180


def dags_folder(settings: Settings) -> Path:
    """Return the folder whose DAG files Airflow reads in this environment."""
    default = airflow_environment(settings)["AIRFLOW__CORE__DAGS_FOLDER"]
    return Path(os.environ.get("AIRFLOW__CORE__DAGS_FOLDER", default))


def broken_dag_files(settings: Settings, folder: Path | None = None) -> dict[str, str]:
    """Return the DAG files that define no DAG of their name, each with the last line of the reason.

    Args:
        settings: Of this installation.
        folder: Of the DAG files; default those that Airflow reads here.
    """
    dags = folder or dags_folder(settings)
    with tempfile.TemporaryDirectory(prefix="hhw-dags-") as scratch:
        environment = {
            **os.environ,
            **airflow_environment(settings),
            "AIRFLOW_HOME": scratch,
            "AIRFLOW_CONFIG": f"{scratch}/airflow.cfg",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{scratch}/none.db",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": scratch,
            "PYTHONPATH": f"{dags}{os.pathsep}{REPOSITORY}",
        }
        answer = Path(scratch) / "answer.json"
        try:
            done = subprocess.run(
                [sys.executable, "-m", "include.monitoring.dag_files", str(dags), str(answer)],
                env=environment,
                cwd=scratch,
                capture_output=True,
                check=False,
                timeout=_PATIENCE_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return {"dags": f"the DAG files could not be loaded in {_PATIENCE_SECONDS} seconds"}
        if done.returncode or not answer.is_file():
            return {"dags": f"Airflow could not load the DAG files (exit code {done.returncode})"}
        found: dict[str, str] = json.loads(answer.read_text(encoding="utf-8"))
        return found


def _load(folder: Path) -> dict[str, str]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(folder, safe_mode=False)
    broken = {Path(path).name: error.strip().splitlines()[-1] for path, error in bag.import_errors.items()}
    names = {path.stem for path in folder.glob("*.py")} - NOT_DAGS
    if not names:
        return {"dags": f"{folder} holds no DAG file"}
    for name in sorted(names - set(bag.dags)):
        broken.setdefault(f"{name}.py", f"defines no DAG {name}")
    return broken


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(_load(Path(sys.argv[1]))), encoding="utf-8")
