"""A small force whose dates pile up on the edges of the unit's rules, and what anybody may say of it by hand.

Drawn at random from a fixed seed, written as three full deliveries. The functions below read the drawn rows, never
the warehouse, and know no SQL: loops over people and days, as one would check a figure with a pencil.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from include.contract import SOURCES

AS_AT = date(2026, 8, 31)
RUN_DATES = [date(2026, 8, 3), date(2026, 8, 17), AS_AT]
Row = dict[str, Any]
_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_CODES = ["8N", "5D", "19C", "17A", "46", "28E", "105A", "92D"]
_COHORTS = ["da", "da", "ppo", "iom_fixed", "hhpu", "visor", "hcco", "violent_mappa"]


def days(count: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


def pnc_id(number: int) -> str:
    """Return a valid PNC id."""
    return f"1990/{number:07d}{_LETTERS[int(f'90{number:07d}') % 23]}"


def write_full(landing: Path, extract_date: date, rows: Mapping[str, Sequence[Row]]) -> Path:
    """Write one full delivery of each source; what a row does not name is empty."""
    for source in SOURCES.values():
        folder = landing / source.name / f"{extract_date:%Y%m%d}"
        folder.mkdir(parents=True)
        files = []
        for entity in source:
            path = folder / f"{entity.name}.csv"
            content = rows.get(entity.name, [])
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, entity.names, restval="", extrasaction="raise")
                writer.writeheader()
                writer.writerows(content)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files.append({"name": path.name, "rows": len(content), "sha256": digest})
        facts = {"contract_version": "1.0", "source": source.name, "delivery_id": folder.name, "mode": "full"}
        manifest = facts | {"extract_date": extract_date.isoformat(), "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return landing


class UnitForce:
    """The rows of a force, and figures worked out from them by hand."""

    def __init__(self, seed: int = 11, people: int = 70) -> None:
        self.rng = random.Random(seed)  # noqa: S311  a drawing, not a secret
        # the run dates, the register's and the rules' windows counted back from as_at, and three years before those
        edges = [
            AS_AT - days(n) for n in (0, 13, 14, 15, 28, 41, 42, 43, 91, 92, 93, 183, 184, 185, 364, 365, 366)
        ]
        edges += [day.replace(year=2023) for day in edges[:8]] + [
            date(2023, 8, 31),
            date(2026, 5, 31),
            date(2026, 2, 28),
        ]
        self.edges = edges
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self._people(people)
        self._offences(people * 7)
        self._managers()
        self._management(people)
        self._referrals(people)
        self._work(people)

    def _day(self) -> date:
        day = self.rng.choice(self.edges) + days(self.rng.choice([-1, 0, 0, 0, 1]))
        if self.rng.random() < 0.3:
            day = AS_AT - days(self.rng.randrange(0, 1500))
        return min(day, AS_AT)

    def _after(self, day: date) -> date | None:
        return self.rng.choice(
            [None, max(day, self._day()), min(AS_AT, day + days(self.rng.randrange(0, 300)))]
        )

    def _someone(self) -> Row:
        return self.rng.choice(self.rows["nominals"])

    def _people(self, people: int) -> None:
        for n in range(people):
            self.rows["nominals"].append({
                "nominal_id": f"N{n:03d}", "pnc_id": pnc_id(n // 2 if n % 9 == 0 else n) if n % 5 else None,
                "surname": "Doe", "forename": "Jo", "date_of_birth": date(1960 + n % 45, 1 + n % 12, 1 + n % 28),
                "sex": "MMFU"[n % 4], "ethnicity": [None, "W1", "B1", "NS", "A2"][n % 5], "division": "North",
                "deceased_date": self._day() if n % 17 == 0 else None,
                "merged_into": f"N{n - 1:03d}" if n % 10 == 3 else None,
            })  # fmt: skip

    def _offences(self, offences: int) -> None:
        for n in range(offences):
            on = self._day() if n % 3 else max(date(2016, 1, 1), self._day() - days(900))
            recorded = min(AS_AT, on + days(self.rng.choice([0, 0, 1, 30])))
            cancelled = self._after(recorded) if n % 8 == 0 else None
            outcome = self.rng.choice([None, "1", "3", "15", "16", "8", "5"])
            self.rows["offences"].append({
                "offence_id": f"O{n:04d}", "ho_code": self.rng.choice(_CODES), "offence_title": "x", "offence_date": on,
                "recorded_date": recorded, "domestic_abuse": "Y" if n % 2 else "N",
                "hate_crime": "N", "child_abuse": "N",
                "outcome_code": outcome, "outcome_date": recorded if outcome else None, "cancelled_date": cancelled,
            })  # fmt: skip
            for person in self.rng.sample(self.rows["nominals"], self.rng.choice([1, 1, 2])):
                role = self.rng.choice(["suspect", "charged", "convicted", "eliminated"])
                link = {"offence_id": f"O{n:04d}", "nominal_id": person["nominal_id"], "role": role}
                self.rows["offence_nominals"].append(link | {"role_date": max(recorded, self._day())})
                relationship = self.rng.choice(
                    ["intimate_partner", "former_partner", "former_partner", "family"]
                )
                for victim in self.rng.sample(range(8), self.rng.choice([0, 1, 1, 2])):
                    named = {"offence_id": f"O{n:04d}", "victim_id": f"V{person['nominal_id']}{victim}"}
                    self.rows["offence_victims"].append(
                        named
                        | {
                            "nominal_id": person["nominal_id"],
                            "relationship": relationship,
                            "vulnerable": "N",
                        }
                    )

    def _managers(self) -> None:
        for n in range(9):
            start = date(2019, 1, 1) if n % 4 else self._day()
            self.rows["managers"].append({
                "manager_id": f"M{n}", "unit_origin": "iom", "role": "sergeant" if n > 6 else "offender_manager",
                "division": ["North", "South"][n % 2], "start_date": start,
                "end_date": [None, None, AS_AT, AS_AT + days(1), None][n % 5],
                "mosovo_date": [None, AS_AT, AS_AT + days(1), date(2020, 1, 1)][n % 4],
                "max_caseload": [3, 5, 50][n % 3],
            })  # fmt: skip
            for census in (date(2025, 12, 31), AS_AT):
                self.rows["caseload_history"].append({
                    "manager_id": f"M{n}", "census_date": census, "offenders_managed": 10 * n,
                    "high_risk_managed": 3 * n or None,
                })  # fmt: skip

    def _who(self) -> Row:
        person = self._someone()
        own = self.rng.choice([person["nominal_id"], person["nominal_id"], None, "N999"])
        return {"nominal_id": own, "pnc_id": self.rng.choice([person["pnc_id"], person["pnc_id"], None])}

    def _management(self, people: int) -> None:
        level = [None, "low", "medium", "high", "very_high"]
        for n in range(people):
            start = self._day()
            end = self._after(start)
            self.rows["cohort_spells"].append(self._who() | {
                "spell_id": f"S{n:03d}", "scheme": ["A unit", "B unit"][n % 2], "cohort": self.rng.choice(_COHORTS),
                "pathway": self.rng.choice(["mappa", "algorithm"]), "statutory": "N", "adopted_date": start,
                "deselected_date": end, "deselection_reason": "desisted" if end else None,
                "risk_level": self.rng.choice(level),
                "manager_id": self.rng.choice([None, *(f"M{m}" for m in range(9))]),
            })  # fmt: skip
        for n in range(people // 2):
            begun = None if n % 6 == 0 else self._day()
            ended = self.rng.choice([None, self._after(begun or self._day()), AS_AT + days(1)])
            self.rows["visor_summary"].append(self._who() | {
                "visor_id": f"Z{n:03d}", "mappa_category": "1", "mappa_level": self.rng.choice("123"),
                "registration_start": begun, "registration_end": ended, "rm2000_level": self.rng.choice(level),
                "arms_level": self.rng.choice(level), "arms_date": self.rng.choice([None, self._day()]),
                "release_date": self.rng.choice([None, self._day(), AS_AT + days(9)]),
                "next_visit_due": self.rng.choice([None, AS_AT, AS_AT - days(1), AS_AT + days(20)]),
                "manager_id": self.rng.choice([None, "M1", "M2", "M99"]), "division": ["North", "South", "East"][n % 3],
                "status": self.rng.choice(["community", "community", "custody"]),
            })  # fmt: skip

    def _referrals(self, people: int) -> None:
        for n in range(people):
            on, decision = self._day(), self.rng.choice(["pending", "adopted", "not_adopted", "deferred"])
            meeting = self.rng.choice([None, min(AS_AT, on + days(20))])
            if decision in ("pending", "deferred") and n % 2:
                meeting = AS_AT + days(7)
            self.rows["referrals"].append({
                "referral_id": f"R{n:03d}", "nominal_id": self.rng.choice([self._someone()["nominal_id"], "N999"]),
                "referred_date": on, "agency": self.rng.choice(["marac", "algorithm"]), "meeting_date": meeting,
                "decision": decision, "triage": "to_panel",
            })  # fmt: skip

    def _work(self, people: int) -> None:
        for n in range(people):
            person, start = self._someone()["nominal_id"], self._day()
            self.rows["custody"].append({
                "custody_id": f"C{n}", "nominal_id": person, "start_date": start, "end_date": self._after(start),
                "custody_type": self.rng.choice(["sentence", "sentence", "remand"]),
                "sentence_days": self.rng.choice([None, 729, 730, 2000]),
            })  # fmt: skip
            log = {"log_id": f"L{n}", "nominal_id": self._someone()["nominal_id"], "log_date": self._day()}
            self.rows["intelligence"].append(log | {"category": "drugs"})
            self.rows["unit_costs"].append({
                "cost_id": f"U{n}", "scheme": "A unit", "cost_date": self._day(), "category": "pay",
                "amount_gbp": f"{n}.50",
                "cost_type": self.rng.choice(["running", "running", "setup"]),
            })  # fmt: skip
            self.rows["interventions"].append({
                "intervention_id": f"I{n}", "nominal_id": self._someone()["nominal_id"],
                "spell_id": self.rng.choice([None, f"S{n:03d}"]), "intervention_date": self._day(),
                "intervention": self.rng.choice(["marker", "contact"]),
            })  # fmt: skip
        for name in ("marker", "contact", "never_used"):
            self.rows["intervention_catalogue"].append({"intervention": name, "title": name, "type": "both"})
        for n in range(people):
            on = max(date(2015, 1, 1), self._day() - days(700))
            self.rows["pnc_events"].append({
                "event_id": f"E{n}", "pnc_id": pnc_id(n), "offence_date": on, "ho_code": "46", "sanction": "conviction",
                "sanction_date": on + days(30),
            })  # fmt: skip

    def write(self, landing: Path) -> Path:
        """Write one full delivery of each source."""
        return write_full(landing, AS_AT, self.rows)

    # by hand ---------------------------------------------------------------------------------------------------

    @cached_property
    def survivor(self) -> dict[str, str]:
        """Every nominal's survivor."""
        into = {row["nominal_id"]: row["merged_into"] for row in self.rows["nominals"]}

        def follow(one: str) -> str:
            while into[one]:
                one = into[one]
            return one

        return {one: follow(one) for one in into}

    @cached_property
    def person(self) -> dict[str, Row]:
        """Surviving nominals by id."""
        return {row["nominal_id"]: row for row in self.rows["nominals"] if not row["merged_into"]}

    def link(self, row: Row) -> str | None:
        """Return the person of a row of another source."""
        if row["nominal_id"] in self.survivor:
            return self.survivor[row["nominal_id"]]
        holders = {
            self.survivor[one["nominal_id"]]
            for one in self.rows["nominals"]
            if one["pnc_id"] and one["pnc_id"] == row.get("pnc_id")
        }
        return holders.pop() if len(holders) == 1 else None

    def counted(self, day: date = AS_AT) -> Iterator[tuple[Row, str]]:
        """Yield offence and person of every link that counts on a day; twins' links are one."""
        offences = {row["offence_id"]: row for row in self.rows["offences"]}
        seen = set()
        for link in self.rows["offence_nominals"]:
            offence, who = offences[link["offence_id"]], self.survivor[link["nominal_id"]]
            gone = offence["cancelled_date"] is not None and offence["cancelled_date"] <= day
            cleared = link["role"] == "eliminated" and link["role_date"] <= day
            if (
                offence["recorded_date"] <= day
                and not gone
                and not cleared
                and (link["offence_id"], who) not in seen
            ):
                seen.add((link["offence_id"], who))
                yield offence, who

    @cached_property
    def periods(self) -> list[Row]:
        """Spells and registrations: kind, who, key of the person, cohort, start, end, level, manager."""
        found = []
        for row in self.rows["cohort_spells"]:
            found.append({"kind": "spell", "id": row["spell_id"], "row": row, "cohort": row["cohort"],
                          "start": row["adopted_date"], "end": row["deselected_date"],
                          "level": row["risk_level"]})  # fmt: skip
        for row in self.rows["visor_summary"]:
            found.append({"kind": "registration", "id": row["visor_id"], "row": row, "cohort": "visor",
                          "start": row["registration_start"], "end": row["registration_end"],
                          "level": row["arms_level"] or row["rm2000_level"]})  # fmt: skip
        for one in found:
            one["who"] = self.link(one["row"])
            one["key"] = one["who"] or one["row"]["pnc_id"] or one["id"]
            one["manager"] = one["row"]["manager_id"]
        return found

    def open_on(self, day: date) -> list[Row]:
        """Return the periods that are open at the end of a day."""
        return [
            one
            for one in self.periods
            if (one["start"] is None or one["start"] <= day) and (one["end"] is None or one["end"] > day)
        ]

    def in_post(self, day: date) -> list[Row]:
        """Return the managers in post at the end of a day."""
        return [
            row
            for row in self.rows["managers"]
            if row["start_date"] <= day and (row["end_date"] is None or row["end_date"] > day)
        ]

    def status(self, who: str, day: date) -> str:
        """Return the management status of a person at the end of a day."""
        if any(one["who"] == who for one in self.open_on(day)):
            return "managed"
        if any(one["who"] == who and one["end"] is not None and one["end"] <= day for one in self.periods):
            return "previously_managed"
        if any(self.link(row) == who and row["referred_date"] <= day for row in self.rows["referrals"]):
            return "considered"
        return "never_considered"

    def decided(self, referral: Row, day: date) -> date | None:
        """Return the day of a referral's decision, if it is known on a day."""
        meeting = (
            referral["meeting_date"]
            if referral["meeting_date"] and referral["meeting_date"] <= AS_AT
            else None
        )
        on: date = meeting or referral["referred_date"]
        return on if referral["decision"] in ("adopted", "not_adopted") and on <= day else None
