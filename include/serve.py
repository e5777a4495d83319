"""``make up``: Airflow with the same DAGs and the published reports, both on loopback, for one person."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from include import audit
from include.airflow_home import POOL, airflow_environment
from include.children import die_with_parent
from include.consultations import EVENT_OF
from include.environment import quiet_environment
from include.errors import HhwError, UsageError
from include.files import private_dir
from include.sealed import is_sealed_file, read_private
from include.settings import Settings, get_settings

LOOPBACK = "127.0.0.1"
# Not `airflow standalone`: its log servers listen on every address of the machine.
_PARTS = (
    ["api-server"],
    ["dag-processor"],
    ["scheduler", "--skip-serve-logs"],
    ["triggerer", "--skip-serve-logs"],
)


class _Reports(http.server.SimpleHTTPRequestHandler):
    """Serves the data directory's published part, and says nothing on the console."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        """Drop the access log: who looks at which person is for the audit log, not for a terminal."""

    def do_GET(self) -> None:
        """Serve a file once the audit log says so: a page is read, a table is taken away."""
        kind = EVENT_OF.get(Path(urllib.parse.urlsplit(self.path).path).suffix)
        file = Path(self.translate_path(self.path))
        if kind and file.is_file():
            folder = Path(self.directory).resolve()
            what = file.resolve().relative_to(folder).as_posix()
            audit.record(get_settings(), kind, what=what, by=self.client_address[0])
        if file.is_file() and is_sealed_file(file):
            self._send_open(file)
        else:
            super().do_GET()

    def _send_open(self, file: Path) -> None:
        """Send what a sealed file holds; it is opened in memory only."""
        try:
            content = read_private(file)
        except HhwError as error:
            self.send_error(503, explain=error.message)
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """List nothing: the index page says what there is."""
        self.send_error(404)


def serve(settings: Settings, port: int, show: Callable[[str], None]) -> None:
    """Serve until interrupted, or until a part of Airflow ends.

    Args:
        settings: Of this installation.
        port: Of Airflow's pages; the reports are on the next one.
        show: Prints a line.

    Raises:
        UsageError: This installation is in production, where one password for everybody will not do.
    """
    if settings.profile == "production":
        raise UsageError(
            "`hhw up` is for one person on one machine, and this installation is in production.",
            "Start the services of docker-compose.yml (docs/operations.md).",
        )
    quiet_environment()
    environment = os.environ | airflow_environment(settings) | {"AIRFLOW__API__PORT": str(port)}
    environment["AIRFLOW__API__BASE_URL"] = f"http://{LOOPBACK}:{port}"
    # Parts of Airflow start others by name, and nobody says that the environment is activated.
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    log = private_dir(settings.state_dir / "logs") / "airflow-up.log"
    with log.open("ab") as stream:
        for setup in (["db", "migrate"], ["pools", "set", POOL, "1", "One writer."]):
            subprocess.run([*_airflow(), *setup], env=environment, check=True, stdout=stream, stderr=stream)
        # told to end, by `kill` or a supervisor, it ends as by Ctrl+C: Airflow's parts would go on without it
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        reports = _report_server(settings, port + 1)
        threading.Thread(target=reports.serve_forever, daemon=True).start()
        parts = [
            subprocess.Popen(
                [*_airflow(), *part],
                env=environment,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
            for part in _PARTS
        ]
        show(f"Reports:  http://{LOOPBACK}:{port + 1}/current/reports/index.html")
        show(
            f"Airflow:  http://{LOOPBACK}:{port}  (user admin; the password is in {_passwords(environment)})"
        )
        show("          The DAGs are paused: switch on what the clock is to start.")
        show(f"Log:      {log}   Ctrl+C ends it.")
        try:
            while all(part.poll() is None for part in parts):
                time.sleep(1)
            show("A part of Airflow has ended; see the log.")
        except KeyboardInterrupt:
            show("Ending ...")
        finally:
            _end(parts)
            reports.shutdown()


def _end(parts: list[subprocess.Popen[bytes]]) -> None:
    """End every part and what it started: each leads a group of its own."""
    for part in parts:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(part.pid, signal.SIGTERM)
    for part in parts:
        try:
            part.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(part.pid, signal.SIGKILL)


def _passwords(environment: dict[str, str]) -> str:
    return f"{environment['AIRFLOW_HOME']}/simple_auth_manager_passwords.json.generated"


def _airflow() -> list[str]:
    return [sys.executable, "-m", "airflow"]


def _report_server(settings: Settings, port: int) -> http.server.ThreadingHTTPServer:
    folder = private_dir(settings.published_dir)
    handler = functools.partial(_Reports, directory=str(folder))
    return http.server.ThreadingHTTPServer((LOOPBACK, port), handler)
