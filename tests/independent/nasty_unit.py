"""The worlds of a nasty force, the unit: managers, censuses, interventions, costs, IDIOM's printed table."""

from __future__ import annotations

import random
from datetime import date

from tests.independent.nasty_people import Dice, Row, days

DIVISIONS = ["North", "North", "East", 'Süd, "West"']
SCHEMES = ["North unit", "North unit", "East unit", "Unit without costs"]


def draw_managers(dice: Dice, count: int = 8) -> list[Row]:
    """Return managers of every role, in post, gone, leaving on a hot day or one day later, trained or to be."""
    rng, rows = dice.rng, []
    for index in range(count):
        start = dice.day() if index in (4, 6) else date(2013, 1, 1)
        end = None
        if index in (2, 3, 5):
            end = dice.after(max(start, rng.choice(dice.hot))) + days(rng.choice([0, 0, 1, 400]))
        rows.append(
            {
                "manager_id": f"M{index}",
                "unit_origin": rng.choice(["iom", "visor", "hhpu"]),
                "role": "offender_manager" if index < 6 else rng.choice(["sergeant", "coordinator"]),
                "division": DIVISIONS[index % len(DIVISIONS)],
                "start_date": start,
                "end_date": end,
                "mosovo_date": rng.choice([None, dice.day(), date(2017, 1, 1), dice.last + days(90)]),
                "max_caseload": rng.choice([50, 3, 10, 0]),
            }
        )
    return rows


def draw_censuses(dice: Dice, managers: list[Row]) -> list[Row]:
    """Return censuses on hot days: nobody held, high risk not known, exactly 30 %, exactly the maximum."""
    rows = {}
    for manager in managers:
        for _ in range(4):
            held = dice.rng.choice([0, 10, manager["max_caseload"], manager["max_caseload"] + 1])
            day = dice.day()
            rows[manager["manager_id"], day] = {
                "manager_id": manager["manager_id"],
                "census_date": day,
                "offenders_managed": held,
                "high_risk_managed": dice.rng.choice([None, 0, min(held, 3), min(held, 4)]),
                "_known": day,
            }
    return list(rows.values())


def draw_catalogue() -> list[Row]:
    """Return the interventions that there are."""
    kinds = {"TAG": "disruption", "COURSE": "rehabilitation", "VISIT": "both"}
    return [
        {
            "intervention": name,
            "title": name.title(),
            "type": kind,
            "reoffending_pathway": "drugs" if name == "COURSE" else None,
        }
        for name, kind in kinds.items()
    ]


def draw_interventions(dice: Dice, nominals: list[Row], spells: list[Row], managers: list[Row]) -> list[Row]:
    """Return interventions: of people in the spell or not, several of one person, completed on hot days or never."""
    rng, rows = dice.rng, []
    for index in range(len(nominals) // 2):
        spell = rng.choice(spells)
        day = max(dice.day(), spell["adopted_date"])
        own = spell["nominal_id"] or rng.choice(nominals)["nominal_id"]
        rows.append(
            {
                "intervention_id": f"I{index}",
                "nominal_id": own
                if dice.maybe(0.7)
                else rng.choice([rng.choice(nominals)["nominal_id"], "N999999"]),
                "spell_id": spell["spell_id"] if dice.maybe(0.7) else None,
                "intervention_date": day,
                "intervention": rng.choice(["TAG", "COURSE", "VISIT"]),
                "manager_id": rng.choice([None, *[one["manager_id"] for one in managers]]),
                "completed_date": dice.after(day) if dice.maybe(0.7) else None,
            }
        )
    return rows


def draw_unit_costs(dice: Dice) -> list[Row]:
    """Return costs of two schemes that have people and one that has none."""
    rows: list[Row] = []
    for scheme in ("North unit", "East unit", "Closed unit"):
        for months in range(dice.rng.choice([5, 14, 30])):
            for category in ("managers", "vehicles"):
                rows.append(
                    {
                        "cost_id": f"U{len(rows)}",
                        "scheme": scheme,
                        "cost_date": dice.last - days(30 * months + dice.rng.randrange(20)),
                        "cost_type": "setup" if months > 12 and category == "vehicles" else "running",
                        "category": category,
                        "amount_gbp": dice.rng.choice(["1234.56", "0", "999.99", "20000"]),
                    }
                )
    return rows


def _printed_pct(change: int, before: int, off: int) -> str:
    """Return a percentage as printed, its last decimal off by so much."""
    return f"{round(1000 * change / before) / 10 + off / 10:.1f}" if before else "0"


def draw_summaries(dice: Dice) -> list[Row]:
    """Return printed tables: right, wrong by a little, wrong by much, nothing before."""
    rows: dict[tuple[date, str], Row] = {}
    for _ in range(6):
        for scope in ("all_managed", "currently_managed"):
            before, during = dice.rng.choice([0, 37, 1000]), dice.rng.choice([0, 12, 999])
            cost_before, cost_during = before * 4321, during * 1234
            off = dice.rng.choice([0, 0, 1, 2, 5000])
            day = dice.day()
            rows[day, scope] = {
                "period_end": day,
                "scope": scope,
                "total": 30,
                "male": dice.rng.choice([20, 22]),
                "female": 8,
                "offences_pre": before,
                "offences_during": during,
                "offences_difference": during - before + off,
                "offences_difference_pct": round(100 * (during - before) / before, 1) if before else 0,
                "cost_pre": cost_before,
                "cost_during": cost_during,
                "cost_difference": cost_during - cost_before - off,
                "cost_difference_pct": _printed_pct(
                    cost_during - cost_before, cost_before, dice.rng.choice([0, 1])
                ),
                "_known": day,
            }
    return list(rows.values())


def draw_visits(dice: Dice, start: date | None, place: int) -> Row:
    """Return the dates and levels of a registration on the edges of what is due.

    By their place in the register some were assessed or visited on the last day of all, the one after the last run
    date: of a register that is first delivered later, a run is not to know it.
    """
    rng: random.Random = dice.rng
    release = dice.day() if dice.maybe(0.4) else None
    if release and dice.maybe(0.2):
        release += days(400)
    since = max([day for day in (release, start) if day], default=None)
    arms = None
    if dice.maybe(0.5):
        arms = min(since + days(rng.choice([-1, 0, 1, 42, 43])), dice.last) if since else dice.day()
    row: Row = {
        "mappa_level": rng.choice("123"),
        "arms_level": rng.choice([None, "low", "medium", "high", "very_high"]),
        "rm2000_level": rng.choice([None, "low", "high"]),
        "arms_date": arms,
        "release_date": release,
        "last_visit_date": None,
        "next_visit_due": dice.day() + days(rng.choice([0, 0, 30, 300])) if dice.maybe(0.6) else None,
        "division": rng.choice(DIVISIONS),
        "manager_id": rng.choice([None, *[f"M{index}" for index in range(8)]]),
    }
    edge = place % 5
    if edge == 0:
        row["arms_date"] = dice.last
    elif edge == 1:
        row["last_visit_date"] = dice.last
    elif row["next_visit_due"]:  # the day before, the day itself, the day after
        row["last_visit_date"] = min(row["next_visit_due"] + days(edge - 3), dice.last)
    return row


def draw_decisions(dice: Dice, nominals: list[Row]) -> list[Row]:
    """Return decisions: on lists that there were or not, of twins, of nobody known, again on the next list."""
    rng, rows = dice.rng, {}
    for _ in range(2 * len(nominals)):
        list_of = rng.choice(dice.hot)
        decided = rng.choice([list_of, list_of + days(1), *(day for day in dice.hot if day > list_of)])
        who = rng.choice(nominals)["nominal_id"] if dice.maybe(0.95) else "N999999"
        rows[list_of, who] = {
            "run_date": list_of,
            "nominal_id": who,
            "rank": rng.choice([None, rng.randrange(1, 60)]),
            "decision": rng.choice(
                ["adopt", "adopt", "not_adopt", "not_adopt", "defer", "deselect", "retain"]
            ),
            "reason": rng.choice(["meets_criteria", "no_capacity", "in_custody", "other"]),
            "decided_by": rng.choice(["Chair", 'Inspector "A, B"']),
            "decision_date": decided,
            "_known": decided,
        }
    return list(rows.values())
