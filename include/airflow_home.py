"""How Airflow is set up here: its home in the data directory, on loopback, without examples or telemetry.

Only the environment: nothing in this module imports Airflow. Whoever loses the metadata database loses
no data; it is made again by the next run.
"""

from __future__ import annotations

import os
from pathlib import Path

from include.environment import quiet_environment
from include.files import private_dir
from include.settings import REPOSITORY, Settings

POOL = "warehouse"


def home_folder(settings: Settings) -> Path:
    """Return the folder of Airflow's own files; nothing in it is data of ours."""
    return private_dir((settings.airflow_home or settings.data_dir / "airflow").resolve())


def airflow_environment(settings: Settings) -> dict[str, str]:
    """Return the environment under which Airflow must be imported or started."""
    home = home_folder(settings)
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONFIG": str(home / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAG_DISCOVERY_SAFE_MODE": "False",
        # Nothing is started by the clock until a person switches it on; `make run` starts what it needs itself.
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        # One task per delivery that is new: a landing folder of years must not be too long a list.
        "AIRFLOW__CORE__MAX_MAP_LENGTH": "100000",
        "AIRFLOW__CORE__MAX_ACTIVE_RUNS_PER_DAG": "1",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__EXPOSE_CONFIG": "False",
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "True",
        # Tasks must see this installation's settings, not the defaults.
        "HHW_DATA_DIR": str(settings.data_dir.resolve()),
    }


def enter_airflow_environment(settings: Settings) -> None:
    """Set that environment for this process; must come before the first import of Airflow."""
    quiet_environment()
    os.environ.update(airflow_environment(settings))
