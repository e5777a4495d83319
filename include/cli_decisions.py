"""What a named person decides: ``hhw approve``, ``erase``, ``review``."""

from __future__ import annotations

from typing import Annotated

import typer

from include.cli_options import DataDir, settings_from
from include.errors import UsageError

decisions_app = typer.Typer()


@decisions_app.command()
def approve(
    by: Annotated[str, typer.Option("--by", help="The person who decides.")],
    data_dir: DataDir = None,
    reject: Annotated[bool, typer.Option("--reject", help="Reject it instead.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Conditions, or why it is rejected.")] = "",
    pack: Annotated[str, typer.Option("--pack", help="Begin of the hash of the draft that was read.")] = "",
) -> None:
    """Approve the board pack of the release in force, or reject it; what is approved goes into a new release."""
    from include.publication.approve import decide, pack_in_force

    settings = settings_from(data_dir)
    release, is_new = decide(settings, by, is_approved=not reject, note=reason, pack=pack)
    record = pack_in_force(settings)
    word = "rejected" if reject else "approved"
    again = "" if is_new else " before; nothing was changed"
    typer.echo(f"Board pack {record.draft_sha256[:12]}, as at {record.as_at}, was {word}{again}.")
    typer.echo(f"Release {release.release_id} is in force.")


@decisions_app.command()
def erase(
    nominal_id: Annotated[str, typer.Argument(help="Any nominal of the person.")] = "",
    authority: Annotated[str, typer.Option("--authority", help="Reference of the decision.")] = "",
    data_dir: DataDir = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish an erasure that was cut off, or not proven.")
    ] = False,
) -> None:
    """Erase a person from every store, publish a release without the person, and prove that nothing is left."""
    from include.erasure import erase as erasing
    from include.progress import show_on

    settings = settings_from(data_dir)
    show_on(typer.echo)
    if not resume and not nominal_id:
        raise UsageError("Whom to erase is not said.", "Give a NOMINAL_ID, or --resume.")
    done = erasing.resume(settings) if resume else erasing.erase(settings, nominal_id, authority)
    for line in done.lines() if done else ["No erasure was cut off, and each is proven."]:
        typer.echo(line)


@decisions_app.command()
def review(data_dir: DataDir = None) -> None:
    """List the records that are due for review, at the date of the release in force."""
    from include.erasure.review import list_due

    path, due = list_due(settings_from(data_dir))
    typer.echo(f"{due} records are due for review: {path}")
