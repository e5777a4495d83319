"""A PostgreSQL server of Debian's package, started by hand for as long as a test needs it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_BINARIES = Path("/usr/lib/postgresql")


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Postgres:
    """A running server: its port, and the account that may make databases."""

    port: int
    password: str
    binaries: Path

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Carry out a statement and return what psql prints."""
        done = subprocess.run(
            [str(self.binaries / "psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "airflow",
             "-d", database, "-v", "ON_ERROR_STOP=1", "-Atc", statement],
            env={**os.environ, "PGPASSWORD": self.password}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def lose(self) -> None:
        """Drop the metadata database under everybody's feet, and put an empty one in its place."""
        self.sql("drop database airflow with (force)")
        self.sql("create database airflow")


@contextmanager
def postgres(password: str) -> Iterator[Postgres]:
    """Start a server that asks for this password; it is gone with all it held when the block ends."""
    binaries = max(_BINARIES.glob("*/bin"), key=lambda path: int(path.parent.name))
    folder = Path(tempfile.mkdtemp(prefix="hhw-postgres-"))
    as_owner = _as_another_account(folder)
    port = free_port()
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o644)  # in a folder of mode 0700; initdb reads it as another account
    data = folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_owner, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    try:
        subprocess.run(
            [*as_owner, str(binaries / "initdb"), "-D", str(data), "-U", "airflow", "--auth=scram-sha-256",
             f"--pwfile={secret}", "--encoding=UTF8", "--no-locale"],
            check=True, capture_output=True,
        )  # fmt: skip
        subprocess.run(
            [*control, "-o", options, "-l", str(folder / "log"), "start"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        try:
            server = Postgres(port, password, binaries)
            server.sql("create database airflow")
            yield server
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_another_account(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as the account that its package made."""
    if os.geteuid() != 0:
        return []
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
