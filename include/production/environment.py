"""The environment of Airflow's services in production, and what is refused before any of them starts."""

from __future__ import annotations

import ipaddress
import shlex
from collections.abc import Mapping

from include.airflow_home import airflow_environment
from include.environment import QUIET
from include.errors import UsageError
from include.production.keys import DATABASE_URL, FERNET_KEY, JWT_SECRET, REQUIRED, SESSION_KEY, read_secret
from include.production.roles import roles_for_airflow
from include.settings import Settings

AUTH_MANAGER = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
_CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
# Airflow reads each from the output of a command, so that the value is in no environment and no process list.
_SECRETS = {
    _CONNECTION: DATABASE_URL,
    "AIRFLOW__CORE__FERNET_KEY": FERNET_KEY,
    "AIRFLOW__API_AUTH__JWT_SECRET": JWT_SECRET,
    "AIRFLOW__API__SECRET_KEY": SESSION_KEY,
}
_MUST_BE_OFF = (
    "AIRFLOW__CORE__LOAD_EXAMPLES",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS",
    "AIRFLOW__API__EXPOSE_CONFIG",
    "AIRFLOW__API__EXPOSE_STACKTRACE",
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK",  # its server listens on every address
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED",
)
_OFF = frozenset({"", "false", "f", "0", "no", "off"})


def production_environment(settings: Settings, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of Airflow's services.

    Args:
        settings: Of this installation.
        given: The process environment; an ``AIRFLOW__*`` variable in it wins, unless it is refused.

    Raises:
        UsageError: The configuration would let somebody in, show a secret or lose the metadata; nothing starts.
    """
    chosen = {name: value for name, value in given.items() if name.startswith("AIRFLOW__")}
    environment = {**airflow_environment(settings), **_defaults(settings), **chosen}
    port = environment.setdefault("AIRFLOW__API__PORT", "8080")
    environment.setdefault(
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
        f"http://{environment['AIRFLOW__API__HOST']}:{port}/execution/",
    )
    if _CONNECTION not in chosen:
        del environment[_CONNECTION]
    refuse_unsafe(settings, environment)
    return {**given, **QUIET, **environment}


def _defaults(settings: Settings) -> dict[str, str]:
    return {
        "AIRFLOW__CORE__AUTH_MANAGER": AUTH_MANAGER,
        "AIRFLOW__FAB__CUSTOM_ROLES": roles_for_airflow(),
        "AIRFLOW__FAB__COOKIE_SECURE": "True",
        "AIRFLOW__FAB__COOKIE_SAMESITE": "Strict",
        "AIRFLOW__FAB__ENABLE_PROXY_FIX": "True",
        "AIRFLOW__FAB__SESSION_LIFETIME_MINUTES": "30",
        "AIRFLOW__FAB__SESSION_MAX_LIFETIME_MINUTES": "600",
        "AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME": "3600",
        "AIRFLOW__API__ENABLE_SWAGGER_UI": "False",
        **{
            f"{name}_CMD": f"cat {shlex.quote(str(settings.secrets_dir / file))}"
            for name, file in _SECRETS.items()
        },
    }


def refuse_unsafe(settings: Settings, environment: Mapping[str, str]) -> None:
    """Raise for the first thing that must not be so in production.

    Raises:
        UsageError: Names the variable and what to write instead.
    """
    if environment.get("AIRFLOW__CORE__AUTH_MANAGER") != AUTH_MANAGER:
        raise UsageError(
            "AIRFLOW__CORE__AUTH_MANAGER is not the manager that asks for a password and knows the roles.",
            f"Leave it unset, or set it to {AUTH_MANAGER}.",
        )
    host = environment.get("AIRFLOW__API__HOST", "")
    if _is_every_address(host):
        raise UsageError(
            f"AIRFLOW__API__HOST {host!r} listens on every address of the machine.",
            "Name the one address or host name on which the proxy reaches it.",
        )
    if environment.get("AIRFLOW__FAB__AUTH_ROLE_PUBLIC"):
        raise UsageError("AIRFLOW__FAB__AUTH_ROLE_PUBLIC lets people in without sign-in.", "Leave it unset.")
    for name in _MUST_BE_OFF:
        if environment.get(name, "").strip().lower() not in _OFF:
            raise UsageError(f"{name} must not be on in production.", "Leave it unset.")
    for name in _SECRETS:
        if environment.get(name):
            raise UsageError(
                f"{name} holds a secret in the environment, where every process of the account can read it.",
                f"Leave it unset and put it into {settings.secrets_dir / _SECRETS[name]}.",
            )
    for name in REQUIRED:
        secret = read_secret(settings.secrets_dir, name)
        if name == DATABASE_URL and not secret.startswith("postgresql"):
            raise UsageError(
                f"Secret file {settings.secrets_dir / name} does not name a PostgreSQL database.",
                "Write postgresql+psycopg2://USER:PASSWORD@HOST/DATABASE.",
            )


def _is_every_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[] ")).is_unspecified
    except ValueError:
        # What is no address must be one host's name; "0" and "0x0" are ways to write 0.0.0.0.
        return not any(sign.isalpha() for sign in host.removeprefix("0x"))
