"""The world of a nasty force as the records system knows it: people, offences, links, victims, custody."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]
LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
# Listed, listed without days, unlisted sub-classes and classes, class rows, old codes, ties in days across groups.
CODES = re.split(
    r" ",
    "1 2 3 3A 4.1 4.1 4.2 4.10 4.15 5 5D 6 8 8N 8N 8Z 8G 19C 19E 20A 28E 28 30A 30Z 34A 34B 34 34Q 37.1 37.2 37.2A "
    "37.3 39 44 46 46 46 46 49 51 53 53B 54 56 56A 56B 58A 62A 66 80 83 88 88A 88Z 92 92B 92D 92E 92Q 104 105A "
    "105A 105B 126 500B 802 814 999 999Z 9 9Z 9A",
)
WITHOUT_DAYS = {"4.10", "4.15", "51", "53", "53B", "37.3", "500B", "999", "999Z"}
# In pairs: the first twelve are doubles, whom only the order of their ids in bytes tells apart.
ODD_IDS = [
    *("\U0001f600z", "\uffeez", "N0001 ", "n0001", "007", "7", "Ñ1", "Z1", "NULL", "nan", "-1", "1e5"),
    *("None", 'N"q', "N,1", " N0001", "ñ1"),
]


def pnc_id(number: int, year: int = 1990) -> str:
    """Return a valid PNC id."""
    year += number % 30
    return f"{year}/{number:07d}{LETTERS[int(f'{year % 100:02d}{number:07d}') % 23]}"


def days(count: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


class Dice:
    """Draws in which days pile up."""

    def __init__(self, rng: random.Random, hot: list[date]) -> None:
        self.rng, self.hot = rng, hot
        self.first, self.last = date(2014, 1, 1), max(hot)

    def maybe(self, share: float) -> bool:
        """Return true so often."""
        return self.rng.random() < share

    def day(self, since: date | None = None) -> date:
        """Return a hot day or any day, not before another."""
        since = max(since or self.first, self.first)
        hot = [day for day in self.hot if day >= since]
        if hot and self.maybe(0.5):
            return self.rng.choice(hot)
        return since + days(self.rng.randrange(0, max(1, (self.last - since).days + 1)))

    def after(self, day: date) -> date:
        """Return the same day, one a little later, or a hot one."""
        if self.maybe(0.3):
            return self.day(day)
        return day + days(self.rng.choice([0, 0, 0, 1, 1, 7, 14, 15, 40, 365, 400]))

    def birth(self) -> date | None:
        """Return a date of birth near a limit of age, on 29 February, anywhere, or none."""
        chance = self.rng.random()
        if chance < 0.05:
            return None
        if chance < 0.15:
            return date(self.rng.choice([1960, 1988, 1996, 2000, 2004, 2008]), 2, 29)
        if chance < 0.4:
            near = self.rng.choice(self.hot)
            years = self.rng.choice([18, 18, 18, 21, 25, 30, 40, 50])
            return date(near.year - years, near.month, min(near.day, 28)) + days(self.rng.choice([-1, 0, 1]))
        if chance < 0.5:
            return date(2005, 1, 1) + days(self.rng.randrange(0, 3000))
        return date(1950, 1, 1) + days(self.rng.randrange(0, 20000))


def _nominals(dice: Dice, count: int) -> list[Row]:
    rng, rows = dice.rng, []
    for index in range(count):
        birth = dice.birth()
        death = dice.day(birth) if dice.maybe(0.1) else None
        rows.append(
            {
                "nominal_id": ODD_IDS[index] if index < len(ODD_IDS) else f"N{index:04d}",
                "pnc_id": pnc_id(index) if dice.maybe(0.7) else None,
                "surname": rng.choice(["Smith", "O'Neil", 'Quo"te', "Com,ma", "Ünal", "NULL"]),
                "forename": rng.choice(["A", "Bo", "Line\nbreak"]),
                "date_of_birth": birth,
                "sex": rng.choice("MMMFFU"),
                "ethnicity": rng.choice(["W1", "W1", "B1", "A2", "M3", "O9", "NS", None]),
                "division": rng.choice(["North", "East", None]),
                "deceased_date": death,
                "merged_into": None,
            }
        )
    for row, double in zip(
        rows[:12:2], rows[1:12:2], strict=True
    ):  # the same in everything: only the id tells
        row |= {"date_of_birth": date(1996, 2, 29), "deceased_date": None}
        double |= {name: row[name] for name in ("date_of_birth", "sex", "deceased_date")}
    run_dates = [day for day in dice.hot if dice.hot.count(day) > 2]
    for row in rows[22:28]:  # dead on a run date, not a day later
        row |= {"date_of_birth": date(1970, 3, 1), "deceased_date": rng.choice(run_dates)}
    for row in rows[-4:]:  # grown up now, a child of under 10 when last recorded
        row |= {"date_of_birth": date(2006, 6, 1) + days(rng.randrange(200)), "deceased_date": None}
    for row in rows:
        if dice.maybe(0.05):
            row["pnc_id"] = rng.choice(rows)["pnc_id"]  # held twice, by one chain or by two survivors
    order = rng.sample(rows[12:-4], k=len(rows) - 16)
    for place, row in enumerate(order[1:], 1):
        if dice.maybe(0.15):  # chains, stars, and chains into chains: always into an earlier one, so no cycle
            row["merged_into"] = order[rng.randrange(max(0, place - 4), place)]["nominal_id"]
            row["_merged_known"] = dice.day()
    return rows


def _offences(dice: Dice, count: int) -> list[Row]:
    rng, rows = dice.rng, []
    for index in range(count):
        day = dice.day()
        recorded = dice.after(day)
        outcome = rng.choice([None, None, "1", "2", "3", "14", "16", "18", "22"])
        ended = dice.after(recorded) if outcome else None
        rows.append(
            {
                "offence_id": f"O{index:05d}" if index % 50 else f"o {index}",
                "ho_code": rng.choice(CODES),
                "offence_title": "Title",
                "offence_date": day,
                "offence_end_date": dice.after(day) if dice.maybe(0.05) else None,
                "recorded_date": recorded,
                "division": rng.choice(["North", None]),
                "domestic_abuse": "Y" if dice.maybe(0.25) else "N",
                "hate_crime": "Y" if dice.maybe(0.05) else "N",
                "child_abuse": "Y" if dice.maybe(0.05) else "N",
                "outcome_code": outcome,
                "outcome_date": ended,
                "cancelled_date": dice.after(recorded) if dice.maybe(0.15) else None,
                "_known": max(day, recorded),
            }
        )
    return rows


def _links(dice: Dice, nominals: list[Row], offences: list[Row]) -> list[Row]:
    rng, rows = dice.rng, {}
    twins = [row for row in nominals if row["merged_into"]]
    by_id = {row["nominal_id"]: row for row in nominals}
    busy = rng.sample(nominals[22:-4], k=3)  # more than 50 recorded dates
    lucky = {
        row["nominal_id"] for row in rng.sample(nominals[22:-4], k=len(nominals) // 10)
    }  # nothing that stands
    doubles = {a["nominal_id"]: b for a, b in zip(nominals[:12:2], nominals[1:12:2], strict=True)}
    doubles |= {b["nominal_id"]: by_id[a] for a, b in doubles.items()}
    harmless, children = nominals[12:22], nominals[-4:]
    others = nominals[:12] + nominals[22:-4]
    for offence in offences:
        people = rng.sample(others, k=rng.choice([1, 1, 1, 2, 3]))
        if offence["ho_code"] in WITHOUT_DAYS:
            people = rng.sample(harmless, k=3)
        if offence["recorded_date"].year < 2016:
            people.append(rng.choice(children))
        if twins and dice.maybe(0.3):
            twin = rng.choice(twins)
            people += [twin, by_id[twin["merged_into"]]]
        people += [row for row in busy if dice.maybe(0.15)]
        together = [doubles[row["nominal_id"]] for row in people if row["nominal_id"] in doubles]
        people += together
        for person in people:
            birth = person["date_of_birth"]
            if birth is not None and birth > offence["offence_date"]:
                continue
            if person["nominal_id"] in lucky:
                offence["cancelled_date"] = offence["cancelled_date"] or dice.after(offence["recorded_date"])
            recorded = offence["recorded_date"]
            same = rows.get((offence["offence_id"], doubles.get(person["nominal_id"], person)["nominal_id"]))
            if same is not None:
                rows[offence["offence_id"], person["nominal_id"]] = same | {
                    "nominal_id": person["nominal_id"]
                }
                continue
            rows[offence["offence_id"], person["nominal_id"]] = {
                "offence_id": offence["offence_id"],
                "nominal_id": person["nominal_id"],
                "role": rng.choice(["suspect", "suspect", "charged", "cautioned", "convicted", "eliminated"]),
                "role_date": recorded - days(rng.choice([1, 30]))
                if dice.maybe(0.1)
                else dice.after(recorded),
                "_recorded": recorded,
                "_known": offence["_known"],
            }
    return list(rows.values())


def _victims(dice: Dice, nominals: list[Row], offences: list[Row], links: list[Row]) -> list[Row]:
    """Return victims: of a suspect of the offence or of somebody else, one person twice, unknown ages."""
    rng, rows = dice.rng, {}
    suspects: dict[str, list[str]] = {}
    for link in links:
        suspects.setdefault(link["offence_id"], []).append(link["nominal_id"])
    for index, offence in enumerate(rng.sample(offences, k=len(offences) // 2)):
        own = suspects.get(offence["offence_id"])
        for twice in range(rng.choice([1, 1, 2])):
            who = rng.choice(own) if own and dice.maybe(0.7) else rng.choice(nominals)["nominal_id"]
            victim = f"V of {who}" if dice.maybe(0.4) else f"V{index}-{twice}"
            rows[offence["offence_id"], victim, who] = {
                "offence_id": offence["offence_id"],
                "victim_id": victim,
                "nominal_id": who,
                "relationship": rng.choice(["intimate_partner", "former_partner", "family", "unknown"]),
                "victim_age": rng.choice([17, 18, 0, 120, None, 34]),
                "vulnerable": "Y" if dice.maybe(0.15) else "N",
                "_known": offence["_known"],
            }
    return list(rows.values())


def _three_years_apart(dice: Dice, nominals: list[Row], offences: list[Row], links: list[Row]) -> list[Row]:
    """Add pairs of offences against two partners, a day more or less than three years apart; return the victims."""
    rng, victims = dice.rng, []
    for index, person in enumerate(rng.sample(nominals, k=20)):
        last = rng.choice(dice.hot)
        first = date(last.year - 3, last.month, min(last.day, 28)) + days(rng.choice([-1, 0, 1, 2]))
        if person["date_of_birth"] and person["date_of_birth"] > first:
            continue
        for place, day in enumerate((first, last)):
            shared = {"offence_id": f"X{index}-{place}", "_known": day}
            offences.append(
                shared
                | {"ho_code": "105A", "offence_title": "T", "offence_date": day, "recorded_date": day,
                   "domestic_abuse": "Y", "hate_crime": "N", "child_abuse": "N",
                   "outcome_code": rng.choice(["14", "16", "1", None]), "outcome_date": None, "cancelled_date": None}
            )  # fmt: skip
            offences[-1]["outcome_date"] = day if offences[-1]["outcome_code"] else None
            role = {"nominal_id": person["nominal_id"], "role": "suspect", "role_date": day}
            links.append(shared | role | {"_recorded": day})
            partner = {"victim_id": f"P{index}-{place}", "relationship": "former_partner", "vulnerable": "N"}
            victims.append(shared | partner | {"nominal_id": person["nominal_id"], "victim_age": 30})
    return victims


def _custody(dice: Dice, nominals: list[Row]) -> list[Row]:
    rng, rows = dice.rng, []
    for person in rng.sample(nominals, k=len(nominals) // 3):
        start = dice.day(person["date_of_birth"])
        for _ in range(rng.choice([1, 1, 2, 3, 4])):
            end = None if dice.maybe(0.1) else dice.after(start)
            rows.append(
                {
                    "custody_id": f"C{len(rows)}",
                    "nominal_id": person["nominal_id"],
                    "start_date": start,
                    "end_date": end,
                    "custody_type": rng.choice(["remand", "sentence", "recall"]),
                    "sentence_days": rng.choice([None, 30, 729, 730, 1461]),
                }
            )
            # the next one touches, overlaps or lies apart
            start = max(
                (end or start) + days(rng.choice([0, 0, 1, -3, 10])), person["date_of_birth"] or start
            )
    return rows


def draw_police(rng: random.Random, people: int, hot: list[date]) -> World:
    """Draw the records system."""
    dice = Dice(rng, hot)
    nominals = _nominals(dice, people)
    offences = _offences(dice, people * 4)
    links = _links(dice, nominals, offences)
    victims = _victims(dice, nominals, offences, links) + _three_years_apart(dice, nominals, offences, links)
    logs = [
        {"log_id": f"L{i}", "nominal_id": rng.choice(nominals)["nominal_id"], "log_date": dice.day(),
         "category": "drugs"}
        for i in range(people // 4)
    ]  # fmt: skip
    return {
        "nominals": nominals,
        "offences": offences,
        "offence_nominals": links,
        "offence_victims": victims,
        "custody": _custody(dice, nominals),
        "intelligence": logs,
    }
