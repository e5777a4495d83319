"""Encryption at rest: ``hhw make-key``, ``rotate-key``, ``open``, ``keep-open``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from include.cli_options import DataDir, settings_from

encryption_app = typer.Typer()


@encryption_app.command(name="make-key")
def make_key(file: Path) -> None:
    """Make a new key file (64 hexadecimal digits, mode 0400), never over one that is there."""
    from include.encryption import VARIABLE, make_key_file

    mark = make_key_file(file)
    typer.echo(
        f"{file}: a new key, fingerprint {mark}. Keep a copy where backups are NOT kept, then set {VARIABLE}."
    )


@encryption_app.command(name="rotate-key")
def rotate_key(
    new_key_file: Annotated[
        Path | None, typer.Argument(help="The key that is to open the data from now on.")
    ] = None,
    retire: Annotated[bool, typer.Option("--retire", help="Let no key but the one in use open it.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Let a new key open the data as well; then, once it is in use, let the old one open it no longer (--retire)."""
    from include.encryption import VARIABLE
    from include.errors import UsageError
    from include.rotation import retire_keys
    from include.rotation import rotate_key as rotate

    settings = settings_from(data_dir)
    if (new_key_file is None) is not retire:
        raise UsageError(
            "Name the new key file, or --retire: one of the two.", "First the one, then the other."
        )
    if new_key_file is not None:
        old, new = rotate(settings, new_key_file)
        typer.echo(
            f"The keys {old} and {new} both open this data directory; what is written now has a new data key."
        )
        typer.echo(
            f"Set {VARIABLE}={new_key_file}, start the services again, then `hhw rotate-key --retire`."
        )
        return
    gone = retire_keys(settings)
    typer.echo(f"No longer opens it: {', '.join(gone) or 'none; there was one key'}.")


@encryption_app.command(name="open")
def open_(
    to: Annotated[Path, typer.Argument(help="A new folder for the open copy, outside the data directory.")],
    what: Annotated[
        Path | None,
        typer.Option("--what", help="Below the data directory; default the reports in force."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write an open copy of the reports in force (or of another file) for a reader; the audit log is told."""
    from include.opened import REPORTS, open_copy

    made = open_copy(settings_from(data_dir), what or REPORTS, to)
    known = f"{made.encrypted} of them are encrypted in the data directory"
    if not made.encrypted:
        known = "none of them is encrypted in the data directory either"
    typer.echo(f"{to}: {made.files} files, open; {known}. Remove the folder when you are done.")


@encryption_app.command(name="keep-open")
def keep_open(
    folder: Annotated[Path, typer.Argument(help="In memory (tmpfs), shared with the web server alone.")],
    every: Annotated[float, typer.Option(min=0, help="Again every so many seconds; once if 0.")] = 0,
    data_dir: DataDir = None,
) -> None:
    """Keep the reports in force open in a folder for the web server, which cannot open them itself."""
    import time

    from include.opened import keep_open as open_once

    settings = settings_from(data_dir)
    while True:
        if opened := open_once(settings, folder):
            typer.echo(f"{opened} is open in {folder}.")
        if not every:
            return
        time.sleep(every)
