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
from include.synthetic import custody, management, records, referrals, sanctions, staff, units, visor
from include.synthetic.catalogue import intervention_catalogue
from include.synthetic.chunk import FULL_CHUNK, Chunk, Frame, make_chunk
from include.synthetic.deliveries import Landing, final_rows
from include.synthetic.draws import NULL, Floats, day_of, where
from include.synthetic.holding import hold
from include.synthetic.intelligence import intelligence
from include.synthetic.selection import cohort_number
from include.synthetic.truth import TruthWriter, write_truth
from include.synthetic.victims import victims

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


@dataclass
class _Totals:
    """Sums over the chunks."""

    people: int = 0
    nominals: int = 0
    offences: int = 0
    offence_links: int = 0
    cohort_spells: int = 0
    registrations: int = 0
    managed_people: int = 0
    currently_managed: int = 0


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
    sums, totals, teams = np.zeros(1), _Totals(), [0, 0]
    for frame in frames:
        chunk = make_chunk(frame)
        sums = sums + _write_chunk(chunk, landing, truth, totals, teams, extract_date)
        progress(
            f"{frame.first_nominal + frame.nominals:,} of {nominals:,} nominals, {totals.offence_links:,} links"
        )
        del chunk
        gc.collect()
    landing.add("idiom", intervention_catalogue(frames[0].start))
    landing.add("idiom", units.unit_costs(frames[0], teams))
    landing.add("idiom", units.performance_summary(frames[0], sums))
    made = landing.finish()
    truth.finish()
    summary = ForceSummary(
        folder=folder, extract_date=extract_date, seed=seed, effect=effect, deliveries=made, **asdict(totals)
    )
    content = {
        name: str(value) if isinstance(value, date) else value
        for name, value in asdict(summary).items()
        if name != "folder"
    }
    write_durably(folder / "planted_truth" / "force.json", json.dumps(content, indent=1) + "\n")
    return summary


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


def _write_chunk(
    chunk: Chunk, landing: Landing, truth: TruthWriter, totals: _Totals, teams: list[int], extract_date: date
) -> Floats:
    """Write a chunk's rows of every entity to every delivery, and its truth; return the performance sums."""
    events = sanctions.make_events(chunk)
    first = events.first(chunk.people.size)
    inside = custody.times_inside(chunk)
    holding = hold(chunk, inside.nominal, inside.start)
    team = staff.make_staff(chunk.frame)
    load = management.make_caseload(chunk, team, first)
    police = [
        records.nominals(chunk, holding, first),
        records.offences(chunk, holding),
        records.links(chunk, holding),
    ]
    for entity in (
        *police,
        victims(chunk, holding),
        custody.custody(chunk, holding, inside),
        intelligence(chunk, holding),
    ):
        landing.add("police_records", entity)
    register = visor.visor_summary(chunk, team, first)
    landing.add("visor_summary", register)
    listed = chunk.registrations
    since = staff.allocate(
        chunk,
        team,
        listed.person,
        np.full(len(listed.person), cohort_number("visor")),
        where(listed.start == NULL, chunk.frame.start - 1000, listed.start),
        listed.end,
    )
    spells = management.cohort_spells(chunk, load, team)
    for entity in (
        spells,
        sanctions.pnc_events(chunk, events),
        staff.managers(chunk, team),
        units.caseload_history(chunk, load, team, listed, since),
        referrals.referrals(chunk, load, holding.nominal_first),
        management.interventions(chunk, load, team),
    ):
        landing.add("idiom", entity)
    write_truth(chunk, load, truth)
    for scheme in (0, 1):
        teams[scheme] += len(team.managers_of(scheme))
    open_now = (chunk.windows.end > chunk.frame.end) & (chunk.windows.start <= chunk.frame.end)
    totals.people += chunk.people.size
    totals.nominals += final_rows(police[0], extract_date)
    totals.offences += final_rows(police[1], extract_date)
    totals.offence_links += final_rows(police[2], extract_date)
    totals.cohort_spells += final_rows(spells, extract_date)
    totals.registrations += final_rows(register, extract_date)
    totals.managed_people += len(np.unique(chunk.windows.person))
    totals.currently_managed += len(np.unique(chunk.windows.person[open_now]))
    return units.performance_sums(chunk, load)
