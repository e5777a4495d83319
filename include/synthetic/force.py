"""``generate_force``: a whole synthetic force, delivery by delivery, with its planted truth."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from include.errors import UsageError
from include.files import write_durably
from include.logs import get_logger
from include.synthetic import units
from include.synthetic.catalogue import intervention_catalogue
from include.synthetic.chunk import FULL_CHUNK, Frame, make_chunk
from include.synthetic.deliveries import Landing
from include.synthetic.draws import day_of
from include.synthetic.truth import TruthWriter
from include.synthetic.writing import Totals, write_chunk

logger = get_logger(__name__)

Progress = Callable[[str], None]
WINDOW_YEARS = 8
_LEAST, _MOST = 50, 5_000_000


@dataclass(frozen=True)
class ForceSummary:
    """What was generated, as it stands on the extract date."""

    folder: Path
    extract_date: date
    seed: int
    effect: float
    nominals: int
    people: int
    offences: int
    offence_links: int
    cohort_spells: int
    registrations: int
    managed_people: int
    currently_managed: int
    deliveries: int


def _say(message: str) -> None:
    logger.info("%s", message)


def generate_force(
    folder: Path,
    nominals: int = 20_000,
    seed: int = 20_260_920,
    extract_date: date = date(2026, 9, 20),
    effect: float = 0.30,
    progress: Progress = _say,
) -> ForceSummary:
    """Write a synthetic force: ``landing/`` with its deliveries, ``planted_truth/`` with what is true.

    The same arguments give the same bytes. Chunks of at most 20,000 nominals are generated, written and
    forgotten one after the other, so memory does not grow with the force.

    Args:
        folder: Where to write; ``landing`` and ``planted_truth`` must not exist in it.
        nominals: Number of records of people (duplicates included).
        seed: Seed of everything.
        extract_date: Date of the last deliveries; the window is the eight years before it.
        effect: Mean true effect of management: a managed person's rate is multiplied by one minus it.
        progress: Called with a sentence after each chunk.

    Returns:
        Counts as at the extract date.

    Raises:
        UsageError: An argument is out of range, or there is something in the folder already.
    """
    _check(folder, nominals, extract_date, effect)
    landing, truth = Landing(folder / "landing", extract_date), TruthWriter(folder / "planted_truth")
    frames = _frames(nominals, seed, extract_date, effect)
    sums, totals, teams = np.zeros(1), Totals(), [0, 0]
    for frame in frames:
        sums = sums + write_chunk(make_chunk(frame), landing, truth, totals, teams)
        gc.collect()
        made = frame.first_nominal + frame.nominals
        progress(f"{made:,} of {nominals:,} nominals, {totals.offence_links:,} offence links")
    landing.add("idiom", intervention_catalogue(frames[0].start))
    landing.add("idiom", units.unit_costs(frames[0], teams))
    landing.add("idiom", units.performance_summary(frames[0], sums))
    deliveries = landing.finish()
    truth.finish()
    told = {
        "extract_date": extract_date,
        "seed": seed,
        "effect": effect,
        **asdict(totals),
        "deliveries": deliveries,
    }
    write_durably(folder / "planted_truth" / "force.json", json.dumps(told, indent=1, default=str) + "\n")
    return ForceSummary(folder, extract_date, seed, effect, deliveries=deliveries, **asdict(totals))


def _check(folder: Path, nominals: int, extract_date: date, effect: float) -> None:
    if not _LEAST <= nominals <= _MOST:
        raise UsageError(
            f"A force has {_LEAST} to {_MOST:,} nominals, not {nominals:,}.",
            "Give another number of nominals.",
        )
    if not 0.0 <= effect < 1.0:
        raise UsageError(f"An effect of {effect} is not a share.", "Give an effect from 0 (none) to below 1.")
    if not date(2001, 1, 1) <= extract_date <= date(2060, 1, 1):
        raise UsageError(f"{extract_date} is no extract date for a force.", "Give a date from 2001 to 2060.")
    for name in ("landing", "planted_truth"):
        if (folder / name).exists():
            raise UsageError(f"{folder / name} exists.", "Give an empty folder; nothing is overwritten.")


def _frames(nominals: int, seed: int, extract_date: date, effect: float) -> list[Frame]:
    """Cut the force into chunks of equal size, give or take one."""
    end = day_of(extract_date)
    start = end - round(WINDOW_YEARS * 365.25) + 1
    number = -(-nominals // FULL_CHUNK)
    edges = [nominals * part // number for part in range(number + 1)]
    return [
        Frame(seed, part, edges[part + 1] - edges[part], edges[part], start, end, effect)
        for part in range(number)
    ]
