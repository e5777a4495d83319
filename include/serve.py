"""``make up``: Airflow with the same DAGs and the published reports, both on loopback, for one person."""

from __future__ import annotations

import functools
import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

from include.airflow_home import POOL, airflow_environment
from include.environment import quiet_environment
from include.files import private_dir
from include.settings import Settings

LOOPBACK = "127.0.0.1"


class _Reports(http.server.SimpleHTTPRequestHandler):
    """Serves the data directory's published part, and says nothing on the console."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        """Drop the access log: who looks at which person is for the audit log, not for a terminal."""

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """List nothing: the index page says what there is."""
        self.send_error(404)


def serve(settings: Settings, port: int, show: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        settings: Of this installation.
        port: Of Airflow's pages; the reports are on the next one.
        show: Prints a line.
    """
    quiet_environment()
    environment = os.environ | airflow_environment(settings) | {"AIRFLOW__API__PORT": str(port)}
    environment["AIRFLOW__API__BASE_URL"] = f"http://{LOOPBACK}:{port}"
    subprocess.run([*_airflow(), "db", "migrate"], env=environment, check=True)
    subprocess.run([*_airflow(), "pools", "set", POOL, "1", "One writer."], env=environment, check=True)
    reports = _report_server(settings, port + 1)
    threading.Thread(target=reports.serve_forever, daemon=True).start()
    show(f"Reports:  http://{LOOPBACK}:{port + 1}/current/reports/index.html")
    show(f"Airflow:  http://{LOOPBACK}:{port}  (user and password are in {environment['AIRFLOW_HOME']})")
    airflow = subprocess.Popen([*_airflow(), "standalone"], env=environment, start_new_session=True)
    try:
        airflow.wait()
    except KeyboardInterrupt:
        os.killpg(airflow.pid, signal.SIGTERM)
        airflow.wait(timeout=30)
    finally:
        reports.shutdown()


def _airflow() -> list[str]:
    return [sys.executable, "-m", "airflow"]


def _report_server(settings: Settings, port: int) -> http.server.ThreadingHTTPServer:
    folder = private_dir(settings.published_dir)
    handler = functools.partial(_Reports, directory=str(folder))
    return http.server.ThreadingHTTPServer((LOOPBACK, port), handler)
