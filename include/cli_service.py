"""``hhw service``: Airflow's services in production; what ``docker-compose.yml`` calls."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from include.settings import get_settings

service_app = typer.Typer(no_args_is_help=True, help="Airflow's services in production.")


@service_app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def start(context: typer.Context, name: str) -> None:
    """Become a service: api-server, scheduler, dag-processor, triggerer; prepare; or airflow ARGUMENTS."""
    from include.production.parts import start_part

    start_part(get_settings(), name, context.args)


@service_app.command()
def health(
    name: str,
    api: Annotated[str, typer.Option("--api", help="Address of the API server.")] = "http://api-server:8080",
) -> None:
    """Ask the API server how a service is. Exit code 0 if it is healthy, else 1."""
    from include.production.parts import health_of

    told = health_of(name, api)
    typer.echo(f"{name}: {told}")
    raise typer.Exit(0 if told == "healthy" else 1)


@service_app.command()
def secrets(
    folder: Path,
    database_host: Annotated[
        str, typer.Option("--database-host", help="Host of PostgreSQL, as the services call it.")
    ] = "postgres",
) -> None:
    """Make the secret files that are missing. To rotate one, remove it first (docs/operations.md)."""
    from include.production.keys import make_secrets

    for path in make_secrets(folder, database_host):
        typer.echo(f"Made {path}")
