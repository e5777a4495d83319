"""What becomes of an offence: recorded when, charged or not, convicted when, and whether somebody goes inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.careers import Candidates
from include.synthetic.draws import (
    NEVER,
    NULL,
    YEAR,
    Bools,
    Floats,
    Ints,
    generator,
    lognormal_days,
    pick,
    where,
    whole,
)
from include.synthetic.offence_codes import CAN_BE_DOMESTIC, HARM_DAYS, IS_CHILD, IS_GRAVE, IS_HATE, IS_SEXUAL
from include.synthetic.people import People

_COURT_CYCLE = 28
# Home Office outcomes: 1 charge or summons, 2/3 cautions, 8 community resolution, 10-22 no further action
_NO_ACTION = [14, 15, 16, 18, 10, 12, 21, 22, 5]
_NO_ACTION_WEIGHTS = [8, 30, 36, 10, 4, 2, 3, 6, 0.6]


@dataclass(frozen=True)
class Cases:
    """Per offence (``offence`` arrays) and per link (``link`` arrays) what happens and when."""

    offence_day: Ints
    offence_recorded: Ints
    offence_domestic: Bools
    offence_hate: Bools
    offence_child: Bools
    offence_outcome: Ints
    offence_outcome_day: Ints
    offence_cancelled: Ints
    link_known: Ints
    link_day: Ints
    link_charged: Ints
    link_cautioned: Ints
    link_convicted: Ints
    link_eliminated: Ints


@dataclass(frozen=True)
class PrisonCases:
    """Links that would lead to prison: remand (or ``NEVER``), sentence (or ``NEVER``), release, recall."""

    link: Ints
    person: Ints
    cause_day: Ints
    remand: Ints
    sentence: Ints
    release: Ints
    recall: Ints
    recall_end: Ints
    sentence_days: Ints

    @property
    def start(self) -> Ints:
        """First day inside."""
        return np.minimum(self.remand, self.sentence)

    @property
    def end(self) -> Ints:
        """Day on which the last spell of the case ends."""
        return np.maximum(self.release, where(self.recall < NEVER, self.recall_end, 0))


def make_cases(seed: int, chunk: int, people: People, found: Candidates) -> Cases:
    """Draw the course of every case, whether or not custody or management will later prevent the offence."""
    rng = generator(seed, chunk, "cases")
    code, size = found.offence_code, len(found.offence_day)
    day, recorded = _dates(rng, people, found)
    domestic = CAN_BE_DOMESTIC[code] & (
        rng.random(size) < np.where(people.kind[found.offence_owner] == 2, 0.86, 0.10)
    )
    chance = np.where(IS_SEXUAL[code], 0.11, np.where(IS_GRAVE[code], 0.36, np.where(domestic, 0.17, 0.31)))
    fate = rng.random(size)
    decided = recorded + lognormal_days(rng, np.where(IS_GRAVE[code], 70.0, 24.0), 0.9, size)
    charged = fate < chance
    cautioned = ~charged & (fate < chance + np.where(IS_GRAVE[code], 0.002, 0.05))
    outcome = np.array(_NO_ACTION)[pick(rng, _NO_ACTION_WEIGHTS, size)]
    outcome = where(~charged & ~cautioned & (fate < chance + 0.10) & ~IS_GRAVE[code], 8, outcome)
    outcome = where(fate > 0.985, NULL, outcome)
    young = day - people.birth[found.offence_owner] < 18 * YEAR
    outcome = where(charged, 1, where(cautioned, where(young, 2, 3), outcome))
    cancelled = where(rng.random(size) < 0.025, recorded + lognormal_days(rng, 20.0, 1.0, size), NEVER)
    links = _link_course(
        rng, found, charged & (cancelled == NEVER), cautioned & (cancelled == NEVER), decided, recorded
    )
    return Cases(
        offence_day=day,
        offence_recorded=recorded,
        offence_domestic=domestic,
        offence_hate=IS_HATE[code] | (rng.random(size) < 0.008),
        offence_child=IS_CHILD[code] | (rng.random(size) < np.where(IS_SEXUAL[code], 0.12, 0.006)),
        offence_outcome=outcome,
        offence_outcome_day=where(outcome == NULL, NEVER, decided),
        offence_cancelled=cancelled,
        link_day=day[found.link_offence],
        **links,
    )


def _dates(rng: np.random.Generator, people: People, found: Candidates) -> tuple[Ints, Ints]:
    """Offence and recorded dates: most the same week; some sexual offences are reported years later."""
    size = len(found.offence_day)
    lag = where(rng.random(size) < 0.72, rng.integers(0, 2, size), lognormal_days(rng, 6.0, 1.2, size))
    slow = IS_SEXUAL[found.offence_code]
    lag = where(slow & (rng.random(size) < 0.6), lognormal_days(rng, 25.0, 1.3, size), lag)
    recorded = found.offence_day + np.minimum(lag, 700)
    historic = slow & (rng.random(size) < 0.09)
    earliest = people.birth[found.offence_owner] + whole(np.full(size, 12 * YEAR))
    long_ago = np.maximum(earliest, found.offence_day - lognormal_days(rng, 1500.0, 0.9, size))
    alone = np.bincount(found.link_offence, minlength=size) == 1
    day = where(historic & alone, np.minimum(long_ago, found.offence_day), found.offence_day)
    return day, where(historic, np.maximum(recorded, day), recorded)


def _link_course(
    rng: np.random.Generator,
    found: Candidates,
    charged: Bools,
    cautioned: Bools,
    decided: Ints,
    recorded: Ints,
) -> dict[str, Ints]:
    """Roles of each link over time: suspect, then charged and convicted, or cautioned, or eliminated."""
    offence, size = found.link_offence, len(found.link_offence)
    late = rng.random(size) < 0.06
    known = recorded[offence] + where(late, rng.integers(1, 50, size), 0)
    cleared = rng.random(size) < 0.042
    charge = where(charged[offence] & ~cleared, np.maximum(decided[offence], known), NEVER)
    guilty = (charge < NEVER) & (rng.random(size) < 0.80)
    court = charge + lognormal_days(
        rng, np.where(IS_GRAVE[found.offence_code[offence]], 150.0, 45.0), 0.6, size
    )
    phase = found.link_person % _COURT_CYCLE
    court = (court - phase + _COURT_CYCLE - 1) // _COURT_CYCLE * _COURT_CYCLE + phase
    return {
        "link_known": known,
        "link_charged": charge,
        "link_cautioned": where(cautioned[offence] & ~cleared, np.maximum(decided[offence], known), NEVER),
        "link_convicted": where(guilty, court, NEVER),
        "link_eliminated": where(cleared, known + lognormal_days(rng, 30.0, 0.9, size), NEVER),
    }


def make_prison_cases(seed: int, chunk: int, found: Candidates, cases: Cases) -> PrisonCases:
    """Choose which convictions (and charges) lead to prison, and for how long; half a sentence is served."""
    rng = generator(seed, chunk, "prison")
    code = found.offence_code[found.link_offence]
    grave, size = IS_GRAVE[code], len(code)
    harm: Floats = HARM_DAYS[code]
    chance = np.where(grave, 0.45, np.where(harm >= 5, 0.12, 0.075))
    convicted = cases.link_convicted < NEVER
    sentenced = convicted & (rng.random(size) < chance)
    remanded = (cases.link_charged < NEVER) & (rng.random(size) < np.where(grave, 0.30, 0.03))
    length = np.clip(lognormal_days(rng, np.where(grave, 400.0, 84.0) + 0.12 * harm, 0.65, size), 14, 6000)
    sentence = where(sentenced, cases.link_convicted, NEVER)
    remand = where(remanded, cases.link_charged, NEVER)
    acquitted = cases.link_charged + 30 + lognormal_days(rng, 40.0, 0.5, size)
    hearing = where(convicted, cases.link_convicted, acquitted)
    release = where(sentenced, cases.link_convicted + np.maximum(length // 2, 7), hearing)
    recall = where(sentenced & (rng.random(size) < 0.14), release + rng.integers(15, 220, size), NEVER)
    recall_end = recall + rng.integers(14, 120, size)
    rows = np.flatnonzero((sentenced | remanded) & (release > np.minimum(sentence, remand)))
    return PrisonCases(
        link=rows,
        person=found.link_person[rows],
        cause_day=cases.link_day[rows],
        remand=remand[rows],
        sentence=sentence[rows],
        release=release[rows],
        recall=recall[rows],
        recall_end=recall_end[rows],
        sentence_days=length[rows],
    )
