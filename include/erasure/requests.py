"""Requests for deletion, as the records manager hands them in: carried through every store, then gone themselves."""

from __future__ import annotations

import csv
from pathlib import Path

from include.erasure.erase import erase
from include.errors import HhwError, InputError
from include.files import private_dir, write_durably
from include.settings import Settings

FOLDER = "requests"
_HEADER = ["nominal_id", "authority"]


def carry_out_requests(settings: Settings) -> int:
    """Erase everybody whom a file ``requests/*.csv`` (nominal_id, authority) names, and remove what is done.

    Returns:
        How many were carried out.

    Raises:
        InputError: Names files and lines, never values, that could not be carried out; they stay.
    """
    done, left = 0, []
    for path in sorted(private_dir(settings.data_dir / FOLDER).glob("*.csv")):
        carried, wrong = _carry_out(settings, path)
        done += carried
        left += [f"{path.name} line {number}: {why}" for number, why in wrong]
    if left:
        raise InputError(
            f"{len(left)} requests were not carried out: {'; '.join(left[:5])}",
            "Correct these lines (header nominal_id,authority) and run the DAG review_retention_monthly again.",
        )
    return done


def _carry_out(settings: Settings, path: Path) -> tuple[int, list[tuple[int, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    if not lines or lines[0] != _HEADER:
        return 0, [(1, "the header is another")]
    wrong: list[tuple[int, str]] = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(_HEADER):
            wrong.append((number, "not two fields"))
            continue
        try:
            erase(settings, line[0], line[1])
        except HhwError as error:
            # the message of an unknown id quotes it: its kind is enough
            wrong.append((number, type(error).__name__))
    kept = [lines[0], *(lines[number - 1] for number, _ in wrong)]
    if wrong:
        write_durably(path, "".join(",".join(line) + "\n" for line in kept))
    else:
        path.unlink()
    return len(lines) - 1 - len(wrong), wrong
