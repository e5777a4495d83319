"""What must never start in production does not start, and says which line to change (fault 79)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from include.errors import UsageError
from include.production.environment import AUTH_MANAGER, production_environment
from include.production.keys import REQUIRED, make_secrets, read_secret
from include.production.roles import APPROVER, OPERATOR, ROLES, VIEWER
from include.settings import REPOSITORY, Settings

SAFE = {"AIRFLOW__API__HOST": "api-server"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "secrets of the force"
    make_secrets(folder)
    return Settings(data_dir=tmp_path / "data", secrets_dir=folder, profile="production")


def test_the_configuration_of_this_repository_is_accepted(settings: Settings) -> None:
    environment = production_environment(settings, SAFE)
    assert environment["AIRFLOW__CORE__AUTH_MANAGER"] == AUTH_MANAGER
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://api-server:8080/execution/"
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_no_secret_is_in_the_environment_and_each_is_where_airflow_looks(settings: Settings) -> None:
    environment = production_environment(settings, SAFE)
    values = [read_secret(settings.secrets_dir, name) for name in REQUIRED]
    assert len(set(values)) == len(REQUIRED)
    assert not any(value in given for value in values for given in environment.values())
    commands = [value for name, value in environment.items() if name.endswith("_CMD")]
    printed = {
        subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout  # noqa: S602
        for command in commands
    }
    assert printed == set(values)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "", "0", "0x0", "00.0.0.0", " 0.0.0.0 "])  # noqa: S104
def test_every_address_is_refused(settings: Settings, host: str) -> None:
    with pytest.raises(UsageError, match="every address"):
        production_environment(settings, {"AIRFLOW__API__HOST": host})


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.1.2.3", "api-server", "hhw1.force.example"])
def test_one_address_is_accepted(settings: Settings, host: str) -> None:
    assert production_environment(settings, {"AIRFLOW__API__HOST": host})["AIRFLOW__API__HOST"] == host


SIMPLE = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AIRFLOW__CORE__AUTH_MANAGER", SIMPLE),
        ("AIRFLOW__CORE__AUTH_MANAGER", ""),
        ("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "True"),
        ("AIRFLOW__FAB__AUTH_ROLE_PUBLIC", "Admin"),
        ("AIRFLOW__CORE__LOAD_EXAMPLES", "true"),
        ("AIRFLOW__API__EXPOSE_CONFIG", "non-sensitive-only"),
        ("AIRFLOW__API__EXPOSE_STACKTRACE", "1"),
        ("AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK", "True"),
        ("AIRFLOW__USAGE_DATA_COLLECTION__ENABLED", "True"),
        ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://airflow:secret@postgres/airflow"),
        ("AIRFLOW__CORE__FERNET_KEY", "x" * 44),
        ("AIRFLOW__API_AUTH__JWT_SECRET", "x" * 64),
        ("AIRFLOW__API__SECRET_KEY", "x" * 64),
    ],
)
def test_what_lets_in_or_gives_away_is_refused_by_name(settings: Settings, name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name) as refused:
        production_environment(settings, {**SAFE, name: value})
    assert "x" * 44 not in str(refused.value)
    assert ":secret@" not in str(refused.value)


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("fault", ["missing", "short", "readable"])
def test_a_secret_that_is_none_is_refused(settings: Settings, name: str, fault: str) -> None:
    path = settings.secrets_dir / name
    if fault == "missing":
        path.unlink()
    elif fault == "short":
        path.chmod(0o600)
        path.write_text("airflow")
    else:
        path.chmod(0o444)
    with pytest.raises(UsageError, match=name):
        production_environment(settings, SAFE)


def test_sqlite_is_refused(settings: Settings) -> None:
    path = settings.secrets_dir / "airflow_database_url"
    path.chmod(0o600)
    path.write_text("sqlite:////airflow/a-path-that-is-long-enough/airflow.db")
    with pytest.raises(UsageError, match="PostgreSQL"):
        production_environment(settings, SAFE)


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = make_secrets(folder)
    assert {path.name for path in made} == {*REQUIRED, "postgres_password"}
    assert {path.stat().st_mode & 0o777 for path in made} == {0o400}
    before = {path.name: path.read_text() for path in made}
    assert make_secrets(folder) == []
    assert {path.name: path.read_text() for path in made} == before
    (folder / "postgres_password").unlink()
    assert {path.name for path in make_secrets(folder)} == {"postgres_password", "airflow_database_url"}
    assert (folder / "postgres_password").read_text() in (folder / "airflow_database_url").read_text()


def test_the_command_refuses_before_airflow_is_looked_at(settings: Settings) -> None:
    """With the exit code of a mistake in the configuration, and two lines."""
    done = subprocess.run(
        [sys.executable, "-m", "include.cli", "service", "start", "api-server"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "HHW_DATA_DIR": str(settings.data_dir),
            "HHW_SECRETS_DIR": str(settings.secrets_dir),
            "AIRFLOW__API__HOST": "0.0.0.0",  # noqa: S104
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == UsageError.exit_code
    assert done.stderr.splitlines()[0].startswith(
        "hhw: AIRFLOW__API__HOST '0.0.0.0' listens on every address"
    )
    assert len(done.stderr.splitlines()) == 2


def test_make_up_is_not_for_production(settings: Settings) -> None:
    from include.serve import serve

    with pytest.raises(UsageError, match="production"):
        serve(settings, 8080, print)


def test_viewers_change_nothing_and_nobody_starts_what_he_approves() -> None:
    changing = {one for one in VIEWER if one[0] not in {"can_read", "menu_access"}}
    assert changing == {("can_edit", "My Password")}
    assert (OPERATOR - VIEWER).isdisjoint(APPROVER - VIEWER)
    assert ("can_create", "DAG Runs") in OPERATOR - VIEWER
    assert {resource for _, resource in APPROVER - VIEWER} == {"HITL Detail"}
    kept = {"Connections", "Variables", "Configurations", "Pools", "Users", "Roles", "Audit Logs"}
    assert not {resource for role in ROLES.values() for _, resource in role} & kept
    assert not any(action == "can_delete" for role in ROLES.values() for action, _ in role)


def test_the_roles_reach_airflow_as_they_are_declared(settings: Settings) -> None:
    told = json.loads(production_environment(settings, SAFE)["AIRFLOW__FAB__CUSTOM_ROLES"])
    assert {
        role: {(one["action"], one["resource"]) for one in permissions} for role, permissions in told.items()
    } == {role: set(permissions) for role, permissions in ROLES.items()}
