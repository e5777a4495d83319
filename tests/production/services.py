"""The services of ``docker-compose.yml`` started by hand: the same commands, on a PostgreSQL of Debian's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from include.production.keys import DATABASE_PASSWORD, make_secrets
from include.production.parts import PARTS
from include.settings import REPOSITORY, Settings
from tests.production.postgres import Postgres, free_port, postgres

HHW = REPOSITORY / ".venv" / "production" / "bin" / "hhw"
PASSWORD = "a long pass word of a test"  # noqa: S105  of accounts that live for a minute
_PATIENCE_SECONDS = 900


@dataclass
class Services:
    """Airflow's services over one data directory, and what they are asked over their API."""

    folder: Path
    database: Postgres
    port: int
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """Return the settings of the installation."""
        return Settings(data_dir=self.folder / "data", profile="production")

    def command(self, *arguments: str, answers: str = "") -> None:
        """Carry out ``hhw`` in the services' environment; ``answers`` is what a person types when asked."""
        with (self.folder / "commands.log").open("ab") as log:
            subprocess.run(
                [str(HHW), *arguments], env=self.environment, input=answers.encode(), stdout=log, stderr=log,
                check=True, start_new_session=True,
            )  # fmt: skip

    def start(self) -> None:
        """Prepare the metadata database, and start what is to serve for as long as it is not stopped."""
        self.command("service", "start", "prepare")
        self.command(
            "service", "start", "airflow", "users", "create", "--username", "root.admin", "--role", "Admin",
            "--firstname", "-", "--lastname", "-", "--email", "admin@force.invalid",
            answers=f"{PASSWORD}\n{PASSWORD}\n",
        )  # fmt: skip
        for name in PARTS:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [str(HHW), "service", "start", name], env=self.environment, stdout=log, stderr=log,
                    start_new_session=True,
                )  # fmt: skip
        self.wait(lambda: all(self._is_healthy(name) for name in PARTS), "the services to be healthy")

    def _is_healthy(self, name: str) -> bool:
        ended = {part: one.returncode for part, one in self.running.items() if one.poll() is not None}
        assert not ended, f"ended: {ended}; see the logs in {self.folder}"
        from include.production.parts import health_of

        return health_of(name, f"http://127.0.0.1:{self.port}") == "healthy"

    def processes(self) -> list[int]:
        """Return every process of the services: of their sessions, or with their data directory in its environment."""
        sessions = {one.pid for one in self.running.values()}
        mark = f"HHW_DATA_DIR={self.folder / 'data'}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with _gone_is_fine():
                session = int((process / "stat").read_text().rpartition(")")[2].split()[3])
                if session in sessions or mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
        return found

    def kill(self) -> None:
        """End every service and all it started, without a warning."""
        for pid in self.processes():
            with _gone_is_fine():
                os.kill(pid, signal.SIGKILL)
        for one in self.running.values():
            one.wait()
        self.running.clear()

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """Ask the API and return status and answer."""
        request = urllib.request.Request(  # noqa: S310  loopback
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                text = answer.read()
                return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else text
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def sign_in(self, name: str, password: str = PASSWORD) -> str:
        """Return a person's token; empty if the password is refused."""
        status, answer = self.ask("POST", "/auth/token", {"username": name, "password": password})
        assert status in {201, 401}, answer
        return str(answer["access_token"]) if status == 201 else ""

    def add_person(self, name: str, role: str) -> str:
        """Add somebody with a role, as the administrator, and return their token."""
        person = {
            "username": name, "email": f"{name}@force.invalid", "first_name": "-", "last_name": "-",
            "roles": [{"name": role}], "password": PASSWORD,
        }  # fmt: skip
        status, answer = self.ask("POST", "/auth/fab/v1/users", person, self.sign_in("root.admin"))
        assert status == 200, answer
        return self.sign_in(name)

    def trigger(self, dag_id: str, token: str, conf: dict[str, Any] | None = None) -> str:
        """Switch a DAG on, start it, and return the id of the run."""
        self.wait(lambda: self.ask("GET", f"/api/v2/dags/{dag_id}", token=token)[0] == 200, dag_id)
        assert self.ask("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False}, token)[0] == 200
        status, answer = self.ask(
            "POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": conf or {}}, token
        )
        assert status == 200, answer
        return str(answer["dag_run_id"])

    def state_at_end(self, dag_id: str, run_id: str, token: str) -> str:
        """Wait for a run to end and return how it did."""

        def state() -> str:
            _, answer = self.ask("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", token=token)
            return str(answer["state"])

        self.wait(lambda: state() in {"success", "failed"}, f"{dag_id} to end")
        return state()

    def wait(self, until: Any, what: str) -> None:
        """Wait until something is so; machines of tests are slow, so patience is long."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not until():
            assert time.monotonic() < end, f"waited in vain for {what}; see the logs in {self.folder}"
            time.sleep(0.5)


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except (ProcessLookupError, FileNotFoundError, PermissionError):
        return


@contextmanager
def services(folder: Path, dags: Path, landing: Path) -> Iterator[Services]:
    """Start everything on a clean database and end it again, whatever happens."""
    secrets = folder / "secrets"
    make_secrets(secrets)
    password = (secrets / DATABASE_PASSWORD).read_text()
    with postgres(password) as database:
        (secrets / "airflow_database_url").unlink()
        make_secrets(secrets, f"127.0.0.1:{database.port}")
        port = free_port()
        given = {
            name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "HHW_"))
        }
        one = Services(folder, database, port, {
            **given,
            "HHW_PROFILE": "production",
            "HHW_DATA_DIR": str(folder / "data"),
            "HHW_LANDING": str(landing),
            "HHW_SECRETS_DIR": str(secrets),
            "HHW_AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            # The fixed waits of Airflow, shortened: how often it looks for new files and at dead tasks.
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        })  # fmt: skip
        try:
            one.start()
            yield one
        finally:
            one.kill()
