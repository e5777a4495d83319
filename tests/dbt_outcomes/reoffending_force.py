"""A small force of alike people, of whom every fourth is managed: something to match, count and follow by hand."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

from tests.dbt_outcomes.full_deliveries import Row, days, pnc_id

AS_AT = date(2026, 8, 31)
RUN_DATES = [AS_AT - timedelta(days=28 * step) for step in range(26, -1, -1)]
_CODES = ["8N", "46", "105A", "28E", "92D", "34B"]
_COHORTS = ["da", "ppo", "iom_fixed", "visor"]
_BEGIN = date(2021, 1, 1)


class ReoffendingForce:
    """Rows of three extracts, drawn from a fixed seed."""

    def __init__(self, seed: int = 5, people: int = 240) -> None:
        self.rng = random.Random(seed)  # noqa: S311  a drawing, not a secret
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.people = people
        self._nominals()
        self._offences()
        self._custody()
        self._management()
        self._interventions()
        self._money()

    def day(self, first: date = _BEGIN, last: date = AS_AT) -> date:
        return first + days(self.rng.randrange((last - first).days + 1))

    def _nominals(self) -> None:
        for n in range(self.people):
            self.rows["nominals"].append({
                "nominal_id": f"N{n:03d}", "pnc_id": pnc_id(n), "surname": "Doe", "forename": "Jo",
                "date_of_birth": date(1988 + n % 9, 1 + n % 12, 1 + n % 28), "sex": "MMMMFU"[n % 6],
                "division": "North", "deceased_date": self.day(date(2024, 6, 1)) if n % 23 == 5 else None,
            })  # fmt: skip

    def _offences(self) -> None:
        for n in range(self.people * 11):
            on = self.day()
            recorded = min(AS_AT, on + days(self.rng.choice([0, 0, 2, 40])))
            who = self.rng.randrange(self.people)
            self.rows["offences"].append({
                "offence_id": f"O{n:05d}", "ho_code": self.rng.choice(_CODES), "offence_title": "x",
                "offence_date": on, "recorded_date": recorded, "domestic_abuse": "N", "hate_crime": "N",
                "child_abuse": "N",
                "cancelled_date": self.day(recorded) if n % 19 == 0 else None,
            })  # fmt: skip
            role = "eliminated" if n % 17 == 0 else "suspect"
            self.rows["offence_nominals"].append({
                "offence_id": f"O{n:05d}", "nominal_id": f"N{who:03d}", "role": role,
                "role_date": self.day(recorded) if role == "eliminated" else recorded,
            })  # fmt: skip
            if n % 3 == 0:
                sanctioned = on + days(self.rng.choice([1, 30, 200, 560]))
                if sanctioned <= AS_AT:
                    self.rows["pnc_events"].append({
                        "event_id": f"P{n:05d}", "pnc_id": pnc_id(who), "offence_date": on, "ho_code": "46",
                        "sanction": self.rng.choice(["conviction", "caution"]), "sanction_date": sanctioned,
                    })  # fmt: skip

    def _custody(self) -> None:
        for n in range(self.people):
            start = self.day()
            for part in range(self.rng.choice([0, 1, 1, 2, 3])):
                end = start + days(self.rng.choice([0, 1, 20, 90, 200]))
                is_open = end > AS_AT or (part == 2 and n % 2 == 0)
                self.rows["custody"].append({
                    "custody_id": f"C{n}-{part}", "nominal_id": f"N{n:03d}", "start_date": start,
                    "end_date": None if is_open else end, "custody_type": "remand",
                })  # fmt: skip
                if is_open:
                    break
                start = min(
                    AS_AT, self.rng.choice([end, end + days(1), max(start, end - days(5)), self.day(end)])
                )

    def _management(self) -> None:
        for n in range(0, self.people, 4):
            for part in range(self.rng.choice([1, 1, 2])):
                adopted = self.day(date(2024, 3, 1)) if n % 12 else self.day(date(2022, 1, 1))
                ended = self.rng.choice([None, None, self.day(adopted)])
                self.rows["cohort_spells"].append({
                    "spell_id": f"S{n:03d}{part}", "nominal_id": f"N{n:03d}" if n != 40 else "N999",
                    "scheme": ["North", "South"][n % 8 // 4], "cohort": self.rng.choice(_COHORTS),
                    "pathway": "referral", "statutory": "N", "adopted_date": adopted, "deselected_date": ended,
                })  # fmt: skip
        for n in range(1, self.people, 20):
            start = self.day(date(2023, 1, 1)) if n % 3 else None
            self.rows["visor_summary"].append({
                "visor_id": f"V{n:03d}", "pnc_id": pnc_id(n), "mappa_category": "1", "mappa_level": "1",
                "registration_start": start, "registration_end": self.day(start) if start and n % 2 else None,
                "division": "North", "status": "community",
            })  # fmt: skip
        for n in range(2, self.people, 17):
            self.rows["referrals"].append({
                "referral_id": f"R{n}", "nominal_id": f"N{n:03d}", "referred_date": self.day(), "agency": "other",
                "decision": "not_adopted", "triage": "to_panel",
            })  # fmt: skip

    def _interventions(self) -> None:
        self.rows["intervention_catalogue"] = [
            {"intervention": kind, "title": kind, "type": "both"} for kind in ("health", "housing")
        ]
        for n in range(120):
            start = self.day(date(2024, 1, 1))
            done = start + days(self.rng.choice([0, 30, 100]))
            self.rows["interventions"].append({
                "intervention_id": f"I{n}", "nominal_id": f"N{self.rng.randrange(self.people + 5):03d}",
                "intervention_date": start, "intervention": self.rng.choice(["health", "housing"]),
                "completed_date": done if done <= AS_AT else None,
            })  # fmt: skip

    def _money(self) -> None:
        for n, scheme in enumerate(["North", "South", "Nobody"]):
            bill = {"scheme": scheme, "category": "x"}
            self.rows["unit_costs"] += [
                bill
                | {
                    "cost_id": f"{scheme}0",
                    "cost_date": "2023-01-01",
                    "cost_type": "setup",
                    "amount_gbp": 1000,
                },
                bill
                | {
                    "cost_id": f"{scheme}1",
                    "cost_date": "2025-08-31",
                    "cost_type": "running",
                    "amount_gbp": 77,
                },
                bill
                | {
                    "cost_id": f"{scheme}2",
                    "cost_date": "2025-09-01",
                    "cost_type": "running",
                    "amount_gbp": 500 + n,
                },
            ]
        for scope in ("all_managed", "currently_managed"):
            self.rows["performance_summary"].append({
                "period_end": "2026-06-30", "scope": scope, "total": 60, "male": 40, "female": 12, "offences_pre": 200,
                "offences_during": 150, "offences_difference": -50, "offences_difference_pct": -25.0, "cost_pre": 1000,
                "cost_during": 700, "cost_difference": -200, "cost_difference_pct": -30.0,
            })  # fmt: skip
