"""What keeps an installation well: ``hhw watch``, ``notify``, ``doctor``, ``unpin``, ``docs``, ``backup`` ..."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from include.cli_options import DataDir, settings_from

operations_app = typer.Typer()
_MAY_WAIT = timedelta(minutes=15)
Every = Annotated[float, typer.Option(min=0, help="Again every so many seconds; once if 0.")]


@operations_app.command()
def watch(every: Every = 0, data_dir: DataDir = None) -> None:
    """Look for what is late, silent, dead or broken, and write alerts. Exit code 0 if nothing is, else 1."""
    from include.monitoring.watch import watch as look
    from include.monitoring.watch import watch_for_ever

    settings = settings_from(data_dir)
    if every:
        watch_for_ever(settings, every, typer.echo)
    found = look(settings)
    for late in found:
        typer.echo(late.message)
    raise typer.Exit(1 if found else 0)


@operations_app.command()
def notify(
    every: Every = 0,
    check: Annotated[
        bool, typer.Option("--check", help="Send nothing; exit code 1 if an alert has waited too long.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Send new alerts on the ways that HHW_NOTIFY_* names. Exit code 0 if every way took them, else 1.

    Where no way is configured nothing is sent, and says so; in the profile production the check fails then.
    """
    from include.alerts import FILE
    from include.monitoring.channels import NotifySettings, channels_of
    from include.monitoring.notify import NO_WAY, memory_of, notify_for_ever, waiting_since
    from include.monitoring.notify import notify as send

    settings = settings_from(data_dir)
    if every:
        notify_for_ever(settings, every, typer.echo)
    chosen = NotifySettings()
    channels, memory = channels_of(chosen), memory_of(settings, chosen)
    if not channels:
        typer.echo(f"{NO_WAY}: alerts stay in {settings.state_dir / 'alerts' / FILE}.", err=True)
        raise typer.Exit(1 if check and settings.profile == "production" else 0)
    if check:
        since = waiting_since(settings, channels, memory)
        is_stuck = since is not None and datetime.now(UTC) - since > _MAY_WAIT
        typer.echo(f"Waiting since {since}" if since else "Nothing waits.")
        raise typer.Exit(1 if is_stuck else 0)
    done = send(settings, channels, memory)
    for name, count in done.sent.items():
        typer.echo(f"{count} alerts sent by {name}")
    for name, reason in done.failed.items():
        typer.echo(f"{name}: {reason}", err=True)
    raise typer.Exit(1 if done.failed else 0)


@operations_app.command()
def docs(data_dir: DataDir = None) -> None:
    """Write the documentation of the models of the release in force as one file."""
    from include.documentation import write_model_docs

    typer.echo(write_model_docs(settings_from(data_dir)))


@operations_app.command()
def unpin(
    release: str, data_dir: DataDir = None, reason: Annotated[str, typer.Option("--reason", help="Why.")] = ""
) -> None:
    """Let retention have a pinned release again."""
    from include.publication.retention import unpin as unpin_release

    unpin_release(settings_from(data_dir), release, reason)
    typer.echo(f"Release {release} is no longer pinned.")


@operations_app.command()
def doctor(data_dir: DataDir = None) -> None:
    """Look for what a crash, a full disk or a hand has left; repair what is safe, and say what a person must do."""
    from include.doctor import examine
    from include.errors import IntegrityError

    findings = examine(settings_from(data_dir))
    for finding in findings:
        typer.echo(f"{finding.state.upper():9} {finding.sentence}")
        if finding.remedy:
            typer.echo(f"          What to do: {finding.remedy}")
    if any(finding.state == "needs you" for finding in findings):
        raise typer.Exit(IntegrityError.exit_code)
    typer.echo("Nothing is left to do." if findings else "Nothing is wrong.")


@operations_app.command(name="take-over-consultations")
def take_over_consultations(
    log: Annotated[Path | None, typer.Argument(help="Default: HHW_CONSULTATIONS_LOG.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write who read which page, from the web server's access log, into the audit log; each line once."""
    from include.consultations import take_over
    from include.errors import UsageError

    settings = settings_from(data_dir)
    chosen = log or settings.consultations_log
    if chosen is None:
        raise UsageError("No access log is named.", "Name it, or set HHW_CONSULTATIONS_LOG.")
    typer.echo(f"{take_over(settings, chosen)} consultations and disclosures taken over.")


@operations_app.command()
def backup(folder: Path, data_dir: DataDir = None) -> None:
    """Write a whole backup into a new folder below FOLDER; what is unchanged since the last one is linked."""
    from include.backup import make_backup

    made = make_backup(settings_from(data_dir), folder)
    typer.echo(
        f"{made.folder}: {made.files} files, {made.copied} of them copied, {made.copied_bytes:,} bytes."
    )


@operations_app.command()
def restore(
    backup: Path,
    data_dir: Annotated[Path, typer.Option("--data-dir", help="A new folder, or an empty one.")],
    left_over: Annotated[
        Path | None, typer.Option("--left-over", help="What is left of the data directory that was lost.")
    ] = None,
) -> None:
    """Put a backup back into a NEW data directory, every byte checked, and say what must be taken in again."""
    from include.backup import restore_backup

    for line in restore_backup(settings_from(data_dir), backup, left_over):
        typer.echo(line)
