"""What a release holds for its readers: each output, how often it is made, and what is known of the one at hand.

A run makes what is due; the rest is carried over from the release in force as it is, with its own date. Which
output is due how often is declared here and nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Cadence(StrEnum):
    """How often an output is made."""

    RELEASE = "release"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    HALF_YEARLY = "half_yearly"


@dataclass(frozen=True)
class Output:
    """One output as it is declared.

    Args:
        name: Stem of its page.
        cadence: How often it is made.
        max_age_days: Days after its date from which it is out of date; ``None``: those of the installation.
    """

    name: str
    cadence: Cadence = Cadence.RELEASE
    max_age_days: int | None = None


BOARD_PACK = Output("board_pack", Cadence.MONTHLY, 35)
OUTPUTS = (
    Output("ranking", Cadence.FORTNIGHTLY),
    Output("meeting", Cadence.FORTNIGHTLY),
    Output("performance", Cadence.FORTNIGHTLY),
    BOARD_PACK,
    Output("algorithm", Cadence.HALF_YEARLY, 190),
)
"""Outputs that are not made with every release. A page that is not named here is made with each."""


class Download(BaseModel):
    """A table that can be taken away."""

    model_config = ConfigDict(frozen=True)

    file: str
    caption: str
    rows: int


class Decision(BaseModel):
    """What a named person decided on a draft.

    Attributes:
        is_approved: Approved, or rejected.
        by: The person.
        at: When, in UTC.
        note: Conditions, or the reason of a rejection.
    """

    model_config = ConfigDict(frozen=True)

    is_approved: bool
    by: str
    at: str
    note: str = ""


class OutputRecord(BaseModel):
    """One output of a release as it is.

    Attributes:
        name: Of the declared output.
        title: For readers.
        about: What it lets its reader do.
        files: The page, then what holds the same (PDF, workbook), below ``reports/``.
        parts: Every file that it consists of or leads to.
        downloads: Its tables.
        as_at: Date of its figures.
        max_age_days: Days after which it is out of date.
        release_id: The release that it was made for.
        run_id: The run that made it.
        inputs_hash: Of what it was made from.
        needs_decision: A named person has to approve it.
        draft_sha256: Hash of the page of the draft: which pack it is, before and after the decision.
        decision: What that person decided; ``None``: a draft.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    about: str = ""
    files: list[str]
    parts: list[str]
    downloads: list[Download] = Field(default_factory=list)
    as_at: date
    max_age_days: int
    release_id: str
    run_id: str
    inputs_hash: str = ""
    needs_decision: bool = False
    draft_sha256: str = ""
    decision: Decision | None = None

    @property
    def stale_after(self) -> date:
        """Last day on which it may be relied on."""
        return self.as_at + timedelta(days=self.max_age_days)

    @property
    def is_draft(self) -> bool:
        """Whether somebody has still to approve it, or has refused to."""
        return self.needs_decision and not (self.decision and self.decision.is_approved)


def declared(file: str) -> Output:
    """Return what is declared of a page; a page that nobody named is made with every release."""
    name = Path(file).stem if "/" not in file else file.split("/")[0]
    return next((output for output in OUTPUTS if output.name == name), Output(name))


def due(cadence: Cadence, held: Collection[OutputRecord]) -> frozenset[str]:
    """Return the outputs that a run of a cadence makes: its own, and those that nobody has made yet.

    Args:
        cadence: Of the run.
        held: What the release in force holds.
    """
    there = {record.name for record in held}
    return frozenset(o.name for o in OUTPUTS if o.cadence is cadence or o.name not in there)


def carried(held: Iterable[OutputRecord], due_now: Collection[str]) -> list[OutputRecord]:
    """Return what is carried over: whatever the release in force holds that is neither due nor made each time."""
    declared_names = {output.name for output in OUTPUTS}
    return [record for record in held if record.name in declared_names and record.name not in due_now]


def inputs_of_pack(inputs_hash: str, text_folder: Path | None) -> str:
    """Return the hash of what a pack is made from: the figures, and the force's own texts where there are any."""
    if text_folder is None:
        return inputs_hash
    digest = hashlib.sha256(inputs_hash.encode())
    for path in sorted(text_folder.glob("*.md")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()
