"""``hhw``: the command line behind the make targets. It parses, calls and prints; the work is elsewhere."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from include.cli_decisions import decisions_app
from include.cli_encryption import encryption_app
from include.cli_identity import identity_app
from include.cli_operations import operations_app
from include.cli_options import DataDir
from include.cli_options import settings_from as _settings
from include.cli_service import service_app
from include.environment import quiet_environment
from include.errors import HhwError, UsageError, storage_error
from include.files import private_dir
from include.lock import run_lock
from include.runs import Mode, RunRequest
from include.settings import get_settings
from reports.outputs import Cadence

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The high-harm offender warehouse: from deliveries to a published ranking.",
)
audit_app = typer.Typer(no_args_is_help=True, help="The audit log.")
app.add_typer(audit_app, name="audit")
app.add_typer(service_app, name="service")
app.add_typer(operations_app)
app.add_typer(decisions_app)
app.add_typer(identity_app)
app.add_typer(encryption_app)

AsAt = Annotated[str, typer.Option("--as-at", help="Date of the figures, YYYY-MM-DD.")]
RunDates = Annotated[str, typer.Option("--run-dates", help="Dates with commas between, or FROM:TO:DAYS.")]
Nominals = Annotated[int, typer.Option("--nominals", min=50, help="Size of the synthetic force.")]


def _request(
    as_at: str,
    run_dates: str,
    mode: str = "publish",
    reason: str = "",
    cadence: Cadence = Cadence.FORTNIGHTLY,
) -> RunRequest:
    try:
        day = datetime.strptime(as_at, "%Y-%m-%d").date() if as_at else None  # noqa: DTZ007  a date has no zone
    except ValueError as error:
        raise UsageError(f"AS_AT {as_at!r} is not a date.", "Write it as 2026-09-20.") from error
    if mode not in set(Mode):
        raise UsageError(f"MODE {mode!r} is none.", f"Write {' or '.join(Mode)}.")
    return RunRequest(as_at=day, run_dates=run_dates or None, mode=Mode(mode), reason=reason, cadence=cadence)


@app.command()
def run(
    data_dir: DataDir = None,
    landing: Annotated[
        Path | None, typer.Option("--landing", help="Folder of deliveries; read only.")
    ] = None,
    as_at: AsAt = "",
    run_dates: RunDates = "",
    nominals: Nominals = 20_000,
    mode: Annotated[str, typer.Option("--mode", help="publish, or preview.")] = "publish",
    reason: Annotated[str, typer.Option("--reason", help="Why it is run by hand.")] = "",
) -> None:
    """Take in deliveries and publish the ranking, with the real DAGs in the real Airflow, in one process."""
    request = _request(as_at, run_dates, mode, reason)
    settings = _settings(data_dir, landing)
    from include.run import run_all

    code = run_all(settings, request, nominals)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # all is on disk; taking Airflow's modules down in order would take seconds more


@app.command()
def generate(data_dir: DataDir = None, nominals: Nominals = 20_000, seed: int = 20_260_920) -> None:
    """Generate the synthetic force, if it is not there."""
    from include.generate import generated_force
    from include.progress import show_on

    show_on(typer.echo)
    typer.echo(generated_force(_settings(data_dir), nominals, seed))


@app.command()
def ingest(
    data_dir: DataDir = None,
    landing: Annotated[
        Path | None, typer.Option("--landing", help="Folder of deliveries; read only.")
    ] = None,
) -> None:
    """Take in every complete delivery, without Airflow."""
    from include import intake
    from include.progress import show_on

    settings = _settings(data_dir, landing)
    show_on(typer.echo)
    for found in intake.find(settings):
        status = intake.ingest(settings, found["source"], found["delivery_id"])
        blocks = ", and blocks publication" if intake.is_blocking(settings, **found) else ""
        typer.echo(f"{found['source']} {found['delivery_id']}: {status}{blocks}")


@app.command()
def publish(
    data_dir: DataDir = None,
    as_at: AsAt = "",
    run_dates: RunDates = "",
    mode: Annotated[str, typer.Option("--mode", help="publish, or preview.")] = "publish",
    reason: Annotated[str, typer.Option("--reason", help="Why it is run by hand.")] = "",
    cadence: Annotated[
        Cadence, typer.Option("--cadence", help="What is due; what nobody has made yet is made as well.")
    ] = Cadence.FORTNIGHTLY,
) -> None:
    """Build, check, render and publish from what has been taken in, without Airflow."""
    import uuid

    from include import pipeline, summary
    from include.progress import show_on
    from include.runs import load_run

    settings = _settings(data_dir)
    show_on(typer.echo)
    request = _request(as_at, run_dates, mode, reason, cadence)
    with run_lock(settings.state_dir):  # before the run is on record: one that is refused has not begun
        run_id = pipeline.open_run(settings, request, key=f"cli/{uuid.uuid4()}")
        known = summary.deliveries_known(settings)
        try:
            pipeline.run_steps(settings, run_id)
        finally:
            for line in summary.lines(settings, load_run(settings, run_id), known):
                typer.echo(line)


@app.command()
def explain(nominal_id: str, as_at: AsAt = "", data_dir: DataDir = None) -> None:
    """Tell a person's whole story for a run date, from the release in force: score, offences, decisions."""
    from include.explain import explain as tell

    for line in tell(_settings(data_dir), nominal_id, _request(as_at, "").as_at):
        typer.echo(line)


@app.command()
def status(data_dir: DataDir = None) -> None:
    """Show what is in force, what is late and what needs a person. Exit code: 0 all is well, 77 a key amiss, else 1."""
    from include.status import report

    lines, code = report(_settings(data_dir))
    for line in lines:
        typer.echo(line)
    raise typer.Exit(code)


@app.command()
def releases(data_dir: DataDir = None) -> None:
    """List the releases that are kept, newest first; the one in force has an arrow."""
    from include.publication.release import list_releases, release_in_force
    from include.publication.retention import pinned

    settings = _settings(data_dir)
    in_force, pins = release_in_force(settings), pinned(settings)
    for one in list_releases(settings):
        arrow = "->" if one.release_id == in_force else "  "
        note = f"  pinned: {pins[one.release_id]}" if one.release_id in pins else ""
        typer.echo(f"{arrow} {one.release_id}  as at {one.as_at}  published {one.published_at}{note}")


@app.command()
def verify(data_dir: DataDir = None) -> None:
    """Check every file of every release against its release.json, and the chains of ledger and audit log."""
    from include.publication.verify import verify_all

    found = verify_all(_settings(data_dir))
    typer.echo(
        f"{len(found.releases)} releases, {found.files} files: as published. "
        f"Ledger {found.ledger_lines} lines, audit log {found.audit_lines} lines: unbroken. "
        f"In force: {found.release_in_force or 'none'}."
    )


@app.command()
def rollback(
    release: str,
    data_dir: DataDir = None,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
) -> None:
    """Put an earlier release in force again, once every byte of it has been checked."""
    from include.publication.rollback import rollback as roll_back

    done = roll_back(_settings(data_dir), release, reason)
    typer.echo(f"Release {done.release_id} is in force, as at {done.as_at}.")


@app.command()
def pin(
    release: str, data_dir: DataDir = None, reason: Annotated[str, typer.Option("--reason", help="Why.")] = ""
) -> None:
    """Keep a release for ever, whatever retention says."""
    from include.publication.retention import pin as pin_release

    pin_release(_settings(data_dir), release, reason)
    typer.echo(f"Release {release} is pinned.")


@app.command()
def accept(
    source: str,
    delivery: str,
    by: Annotated[str, typer.Option("--by", help="The person who answers for it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it may be published.")],
    data_dir: DataDir = None,
) -> None:
    """Accept a delivery whose faults block publication, on a named person's responsibility."""
    from include.quality.acceptance import accept_delivery

    for sentence in accept_delivery(_settings(data_dir), source, delivery, by, reason):
        typer.echo(sentence)


@app.command(name="load-harm-index")
def load_harm_index(workbook: Path) -> None:
    """Load the Cambridge Crime Harm Index workbook (.xlsx) into the seeds, and report what did not map."""
    from include.reference.harm_index import load_into_seeds

    typer.echo(str(load_into_seeds(_settings(), workbook)))


@app.command()
def up(
    data_dir: DataDir = None,
    port: Annotated[int, typer.Option(help="Of Airflow; the reports are served on the next.")] = 8080,
) -> None:
    """Serve Airflow with the same DAGs, and the published reports, on loopback, until interrupted."""
    from include.serve import serve

    serve(_settings(data_dir), port, typer.echo)


@audit_app.command(name="verify")
def audit_verify(data_dir: DataDir = None) -> None:
    """Check the chain of the audit log."""
    from include import audit

    typer.echo(f"{audit.verify(_settings(data_dir))} lines, unbroken.")


def main() -> None:
    """Run the command line; an error that a person can do something about is two lines, never a traceback."""
    quiet_environment()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except Exception as error:  # noqa: BLE001  a traceback may quote data: it goes to a file, not to a terminal
        known = error if isinstance(error, HhwError) else storage_error(error) or _fault(error)
        typer.echo(f"hhw: {known}", err=True)
        sys.exit(known.exit_code)


def _fault(error: Exception) -> HhwError:
    """Write the traceback of a fault of the program down, and say where; without a file, the place alone is said."""
    name = f"{type(error).__name__}: this is a fault of the program"
    try:
        log = private_dir(get_settings().state_dir / "logs") / "hhw-errors.log"
        with log.open("a", encoding="utf-8") as stream:
            traceback.print_exception(error, file=stream)
    except (HhwError, OSError, ValueError):
        place = traceback.extract_tb(error.__traceback__)[-1]
        return HhwError(f"{name}, in {place.filename}, line {place.lineno}. Its log could not be written.")
    return HhwError(f"{name}. The traceback is in {log}.")


if __name__ == "__main__":
    main()
