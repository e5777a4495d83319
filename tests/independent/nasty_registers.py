"""The worlds of a nasty force, other sources: the register; spells, PNC events, referrals."""

from __future__ import annotations

import random
from datetime import date

from tests.independent.nasty_people import CODES, Dice, Row, World, days, pnc_id
from tests.independent.nasty_unit import (
    SCHEMES,
    draw_catalogue,
    draw_censuses,
    draw_interventions,
    draw_managers,
    draw_summaries,
    draw_unit_costs,
    draw_visits,
)

COHORTS = [
    "ppo", "hcco", "iom", "iom_fixed", "iom_flex", "iom_free", "visor", "visor", "hhpu", "da", "da", "pdp",
    "violent_mappa", "cse", "ocg", "youth", "female",
]  # fmt: skip


def _who(dice: Dice, nominals: list[Row]) -> Row:
    """Return nominal_id and pnc_id of a row of another source: right, stale, unknown, missing."""
    # The same few people stand in several registers.
    person = dice.rng.choice(nominals[30:50] if dice.maybe(0.3) else nominals)
    other = dice.rng.choice(nominals)
    chance = dice.rng.random()
    if chance < 0.55:
        own, pnc = person["nominal_id"], dice.rng.choice([None, person["pnc_id"], other["pnc_id"]])
    elif chance < 0.8:
        own, pnc = None, person["pnc_id"]
    elif chance < 0.9:
        own, pnc = "N999999", person["pnc_id"]
    elif chance < 0.95:
        own, pnc = "N999999", None
    else:
        own, pnc = None, dice.rng.choice([None, pnc_id(99999)])
    return {"nominal_id": own, "pnc_id": pnc, "surname": "X", "forename": "Y",
            "date_of_birth": person["date_of_birth"]}  # fmt: skip


def draw_visor(rng: random.Random, police: World, hot: list[date]) -> World:
    """Draw the register."""
    dice, rows = Dice(rng, hot), []
    for index in range(len(police["nominals"]) // 5):
        start = None if dice.maybe(0.15) else dice.day()
        end = dice.after(start or dice.day()) if dice.maybe(0.5) else None
        if end and dice.maybe(0.3):
            end += days(2000)
        rows.append(
            _who(dice, police["nominals"])
            | {
                "visor_id": f"S{index:03d}" if index % 2 else f"Z{index:03d}",
                "mappa_category": "1",
                "registration_start": start,
                "registration_end": end,
                "status": rng.choice(["community", "custody", "hospital", "abroad", "missing"]),
            }
            | draw_visits(dice, start, index)
        )
    for row in rows:
        if row["date_of_birth"] and row["date_of_birth"] > min(hot):
            row["date_of_birth"] = None
    return {"visor_summary": rows}


def _spells(dice: Dice, nominals: list[Row], managers: list[Row]) -> list[Row]:
    rng, rows = dice.rng, []
    for _ in range(len(nominals) // 2):
        who, adopted = _who(dice, nominals), dice.day()
        for _ in range(rng.choice([1, 1, 2, 3])):
            ended = dice.after(adopted) if dice.maybe(0.6) else None
            rows.append(
                who
                | {
                    "spell_id": f"S{rng.randrange(10**6):06d}-{len(rows)}",
                    "scheme": rng.choice(SCHEMES),
                    "cohort": rng.choice(COHORTS),
                    "pathway": rng.choice(["mappa", "algorithm", "referral"]),
                    "statutory": rng.choice("YN"),
                    "adopted_date": adopted,
                    "deselected_date": ended,
                    "deselection_reason": "moved" if ended else None,
                    "rag_status": rng.choice([None, "red"]),
                    "risk_level": rng.choice([None, "low", "medium", "high", "very_high"]),
                    "manager_id": rng.choice([None, *[one["manager_id"] for one in managers]]),
                }
            )
            if dice.maybe(0.5):
                adopted = dice.day(adopted)
    return rows


def _events(dice: Dice, nominals: list[Row]) -> list[Row]:
    rng, rows = dice.rng, []
    holders = [row for row in nominals if row["pnc_id"]]
    busy = {row["nominal_id"] for row in rng.sample(holders, k=2)}
    for person in rng.sample(holders, k=len(holders) * 2 // 3):
        count = 60 if person["nominal_id"] in busy else rng.choice([1, 1, 2, 2, 3, 6])
        birth = person["date_of_birth"] or date(1980, 1, 1)
        for _ in range(count):
            offence = dice.day()
            if dice.maybe(0.2) and birth.year < 2010:  # about the tenth birthday
                offence = date(birth.year + 10, birth.month, min(birth.day, 28)) + days(
                    rng.choice([-2, 0, 2])
                )
                offence = min(offence, dice.last)
            sanctioned = dice.after(offence)
            for _ in range(rng.choice([1, 1, 2, 3])):
                rows.append(
                    {
                        "event_id": f"P{len(rows)}",
                        "pnc_id": person["pnc_id"] if dice.maybe(0.97) else pnc_id(99999),
                        "offence_date": offence,
                        "ho_code": rng.choice(CODES),
                        "sanction": rng.choice(["conviction", "caution", "youth_caution", "caution"]),
                        "sanction_date": sanctioned,
                        "force_code": rng.choice([None, "43", "99"]),
                    }
                )
    return rows


def _tight(dice: Dice, nominals: list[Row], spells: list[Row]) -> list[Row]:
    """Return PNC events on the edges of the year after adoption and of the half year for the case to end."""
    pncs = {row["nominal_id"]: row["pnc_id"] for row in nominals}
    rows = []
    for spell in spells:
        pnc, adopted = pncs.get(spell["nominal_id"]) or spell["pnc_id"], spell["adopted_date"]
        if pnc is None or dice.maybe(0.2):
            continue
        offence = adopted + days(dice.rng.choice([-366, -365, -1, 0, 364, 365, 366]))
        sanctioned = adopted + days(dice.rng.choice([547, 548, 548, 549, 600]))
        if sanctioned <= dice.last:
            rows.append(
                {
                    "event_id": f"T{len(rows)}",
                    "pnc_id": pnc,
                    "offence_date": offence,
                    "ho_code": dice.rng.choice(CODES),
                    "sanction": "conviction",
                    "sanction_date": sanctioned,
                    "force_code": "43",
                }
            )
    return rows


def _referrals(dice: Dice, nominals: list[Row]) -> list[Row]:
    rng, rows = dice.rng, []
    for index in range(len(nominals) // 2):
        asked = dice.day()
        decision = rng.choice(["pending", "adopted", "not_adopted", "deferred"])
        heard = dice.after(asked) if dice.maybe(0.7) else None
        if index < 20:  # decided a year, or a year and a day, before a run date
            asked, decision, heard = max(dice.hot) - days(366 + index % 2), "not_adopted", None
        if heard and decision in {"pending", "deferred"} and dice.maybe(0.5):
            heard += days(300)
        rows.append(
            {
                "referral_id": f"R{index}",
                "nominal_id": rng.choice(nominals)["nominal_id"] if dice.maybe(0.9) else "N999999",
                "referred_date": asked,
                "agency": rng.choice(["probation", "marac", "algorithm"]),
                "reason": rng.choice([None, "harm"]),
                "meeting_date": heard,
                "decision": decision,
                "decision_reason": rng.choice([None, "below_threshold"]),
                "triage": rng.choice(["not_triaged", "to_panel", "no_further_action"]),
            }
        )
    return rows


def draw_idiom(rng: random.Random, police: World, hot: list[date]) -> World:
    """Draw the selection system with its PNC events."""
    dice, nominals = Dice(rng, hot), police["nominals"]
    managers = draw_managers(dice)
    spells = _spells(dice, nominals, managers)
    for row in spells:
        if row["date_of_birth"] and row["date_of_birth"] > row["adopted_date"]:
            row["date_of_birth"] = None
    return {
        "cohort_spells": spells,
        "pnc_events": _events(dice, nominals) + _tight(dice, nominals, spells),
        "managers": managers,
        "referrals": _referrals(dice, nominals),
        "caseload_history": draw_censuses(dice, managers),
        "interventions": draw_interventions(dice, nominals, spells, managers),
        "intervention_catalogue": draw_catalogue(),
        "unit_costs": draw_unit_costs(dice),
        "performance_summary": draw_summaries(dice),
    }
