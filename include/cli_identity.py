"""Who is one person: ``hhw decide-identity`` and ``hhw train-identity``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from include.cli_options import DataDir, settings_from

identity_app = typer.Typer()


@identity_app.command("decide-identity")
def decide_identity(
    file: Annotated[Path, typer.Argument(help="The review list, with decisions filled in.", exists=True)],
    data_dir: DataDir = None,
) -> None:
    """Take reviewers' decisions on identity in: checked whole, kept, and honoured by every later run."""
    from include.identity.decisions import take_in

    number, is_new = take_in(settings_from(data_dir), file)
    said = "taken in" if is_new else "had been taken in before; nothing was changed"
    typer.echo(f"{number} decisions {said}. The next run knows them.")


@identity_app.command("train-identity")
def train_identity(
    target: Annotated[Path, typer.Argument(help="The seed to write: identity_model.csv.")],
    source: Annotated[str, typer.Option("--source", help="What its rows say of where they come from.")],
    data_dir: DataDir = None,
) -> None:
    """Measure the linkage model on what has been taken in, and write it as a seed."""
    from include.identity.retrain import train_on_own_records

    for line in train_on_own_records(settings_from(data_dir), target, source):
        typer.echo(line)
