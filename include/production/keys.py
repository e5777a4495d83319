"""Secrets as files: made once, readable by their owner only, never in an environment, a log or an argument."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from include.errors import UsageError
from include.files import fsync_dir, private_dir

DATABASE_PASSWORD = "postgres_password"  # noqa: S105  the name of a file
DATABASE_URL = "airflow_database_url"
FERNET_KEY = "airflow_fernet_key"
JWT_SECRET = "airflow_jwt_secret"  # noqa: S105  the name of a file
SESSION_KEY = "airflow_session_key"
REQUIRED = (DATABASE_URL, FERNET_KEY, JWT_SECRET, SESSION_KEY)
_OWNER_READS = 0o400
_MIN_LENGTH = 32


def make_secrets(folder: Path, database_host: str = "postgres") -> list[Path]:
    """Make the secret files that are missing, and leave those that are there: to rotate one, remove it first.

    Args:
        folder: Where they are to be; made with mode 0700.
        database_host: Host of PostgreSQL, as the services call it.

    Returns:
        The files that were made.
    """
    made: list[Path] = []
    private_dir(folder)
    password = _make(folder / DATABASE_PASSWORD, lambda: secrets.token_urlsafe(32), made)
    if (folder / DATABASE_PASSWORD) in made:
        (folder / DATABASE_URL).unlink(missing_ok=True)  # it holds the old password
    url = f"postgresql+psycopg2://airflow:{quote(password, safe='')}@{database_host}/airflow"
    _make(folder / DATABASE_URL, lambda: url, made)
    _make(folder / FERNET_KEY, lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(), made)
    _make(folder / JWT_SECRET, lambda: secrets.token_urlsafe(64), made)
    _make(folder / SESSION_KEY, lambda: secrets.token_urlsafe(64), made)
    fsync_dir(folder)
    return made


def _make(path: Path, value: Callable[[], str], made: list[Path]) -> str:
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    text = value()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_READS)
    try:
        os.fchmod(handle, _OWNER_READS)
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    made.append(path)
    return text


def read_secret(folder: Path, name: str) -> str:
    """Return a secret.

    Raises:
        UsageError: It is missing, too short to be one, or others than its owner can read it. The message
            never holds what the file holds.
    """
    path = folder / name
    if not path.is_file():
        raise UsageError(f"Secret file {path} is missing.", "`hhw service secrets FOLDER` makes it.")
    if path.stat().st_mode & 0o077:
        raise UsageError(f"Secret file {path} can be read by others than its owner.", f"chmod 400 {path}")
    text = path.read_text(encoding="utf-8").strip()
    if len(text) < _MIN_LENGTH:
        raise UsageError(
            f"Secret file {path} holds less than {_MIN_LENGTH} characters.",
            "Remove it and run `hhw service secrets FOLDER`.",
        )
    return text
