"""A warehouse of invented people with the reporting models as their contracts state them, and nothing else.

Nobody here exists. The numbers hang together as the real ones do: contributions sum to the score,
ranks follow the score, histories end at the rank.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from tests.reports import invented_evaluation
from tests.reports.invented_identity import identity_rows
from tests.reports.invented_performance import performance_rows

AS_AT = date(2026, 9, 20)
PREVIOUS = date(2026, 9, 6)
TOP_N = 100

REPORTING = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "reporting"


def _contracts() -> dict[str, dict[str, str]]:
    """Return the columns and types of every reporting model, from the contracts that dbt enforces."""
    found = {}
    for path in sorted(REPORTING.rglob("_*models.yml")):
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["models"]:  # noqa: S506
            found[model["name"]] = {column["name"]: column["data_type"] for column in model["columns"]}
    return found


SCHEMA = _contracts()

Rows = dict[str, list[dict[str, Any]]]

_SURNAMES = (
    *("Ashworth", "Bell", "Castellan", "Dunmore", "Ellery", "Fairweather", "Gorse", "Hollin", "Inchbald"),
    *("Jessop", "Kerrow", "Lund", "Marchetti", "Norrish", "Okonjo-Bright", "Pell", "Quarmby", "Siddle"),
    *("Tamblyn", "Underhay", "Vasey", "Wrigglesworth", "Yarrow", "Zeller", "O'Malley-Stone"),
)
_FORENAMES = (
    *("Aiden", "Bryn", "Callum", "Dale", "Ewan", "Frankie", "Gareth", "Hari", "Ivo", "Jamie", "Kelsey"),
    *("Lee", "Marlon", "Nia", "Owen", "Priya", "Rhys", "Sam", "Tariq", "Zoe"),
)
_DIVISIONS = ("North", "South", "East", "West", "City")
_OFFENCES = (
    ("8N", "Assault with injury", 20.0),
    ("5D", "Assault with intent to cause serious harm", 1460.0),
    ("19C", "Rape of a female aged 16 and over", 1825.0),
    ("34B", "Robbery of personal property", 365.0),
    ("28E", "Burglary in a dwelling", 20.0),
    ("8Q", "Stalking", 10.0),
    ("3B", "Threats to kill", 10.0),
    ("10D", "Possession of article with blade or point", 5.0),
    ("49", "Other theft", 2.0),
    ("105A", "Common assault and battery", 1.0),
    ("92D", "Trafficking in controlled drugs", 365.0),
)
_TERMS = (
    ("reference", "Reference person"),
    ("harm", "Harm of offences"),
    ("copas", "Rate of offending"),
    ("sanction_history", "Earlier sanctions"),
    ("offence_group", "Latest offence group"),
    ("age_sex", "Age and sex"),
)


@dataclass
class Invented:
    """Rows by model; change them before writing."""

    rows: Rows = field(default_factory=lambda: {name: [] for name in SCHEMA})

    def write(self, path: Path) -> Path:
        """Write a warehouse with these rows."""
        connection = duckdb.connect(str(path))
        try:
            connection.execute("create schema reporting")
            for name, columns in SCHEMA.items():
                listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
                connection.execute(f"create table reporting.{name} ({listed})")
                if self.rows[name]:
                    stamp = {"as_at": AS_AT} if "as_at" in columns else {}
                    given = pa.Table.from_pylist([{**stamp, **row} for row in self.rows[name]])
                    connection.register("given", given)
                    connection.execute(f"insert into reporting.{name} by name select * from given")
                    connection.unregister("given")
        finally:
            connection.close()
        return path

    def empty(self) -> Invented:
        """Take all rows out."""
        for name in self.rows:
            self.rows[name] = []
        return self


def invent(people: int = 300, below: int = 25) -> Invented:
    """Invent a ranking of so many people, and some on the meeting list further down."""
    rng = random.Random(20260920)  # noqa: S311
    made = Invented()
    scores = sorted((rng.lognormvariate(0.6, 0.5) for _ in range(people + below)), reverse=True)
    for index, score in enumerate(scores):
        rank = index + 1 if index < people else 300 + (index - people + 1) * 17
        _invent_person(made.rows, rng, rank, score)
    _summarise(made.rows)
    _invent_quality(made.rows)
    made.rows.update(performance_rows())
    made.rows.update(identity_rows())
    invented_evaluation.invent_evaluation(made.rows)
    return made


def _invent_person(rows: Rows, rng: random.Random, rank: int, score: float) -> None:
    nominal_id = f"N{rng.randrange(10**7):07d}"
    dates = [AS_AT - timedelta(days=14 * step) for step in range(26, -1, -1)]
    previous = None if rng.random() < 0.03 else max(1, round(rank * math.exp(rng.gauss(0, 0.25))))
    listed = rank <= 300
    new_top = rank <= TOP_N and (previous is None or previous > TOP_N)
    new_30 = rank <= 30 and (previous is None or previous > 30)
    recent = rng.random() < 0.1
    offences = (
        _invent_offences(rows, rng, nominal_id, score, recent)
        if listed
        else {"n": 3, "harm": 40, "weighted": 60, "high": 1}
    )
    change = None if previous is None else previous - rank
    born = date(2026 - rng.randrange(19, 62), rng.randrange(1, 13), rng.randrange(1, 28))
    reason = None
    sentence = None
    if change is not None and abs(change) > 10:
        reason = rng.choice(["new_offence", "new_sanction", "ageing", "others_moved"])
        said = {
            "new_offence": "a new high-harm offence recorded on 2026-09-18",
            "new_sanction": "a conviction on 9 September 2026",
            "ageing": "a birthday, and no new offence",
            "others_moved": "others moved past",
        }[reason]
        sentence = f"Moved {'up' if change > 0 else 'down'} {abs(change)}: {said}."
    status = rng.choices(
        ["managed", "previously_managed", "considered", "never_considered"], [60, 10, 10, 20]
    )[0]
    on_list = not listed or (rank <= TOP_N and status != "managed") or rng.random() < 0.05
    rows["rpt_ranking__list"].append(
        {
            "nominal_id": nominal_id,
            "rank": rank,
            "previous_rank": previous,
            "rank_change": change,
            "score": score,
            "surname": rng.choice(_SURNAMES),
            "forename": rng.choice(_FORENAMES),
            "date_of_birth": born,
            "age": 2026 - born.year - ((born.month, born.day) > (9, 20)),
            "sex": rng.choices(["M", "F", "U"], [88, 11, 1])[0],
            "division": None if rng.random() < 0.02 else rng.choice(_DIVISIONS),
            "management_status": status,
            "cohorts": rng.choice(["iom_fixed", "da,visor", "hhpu", "violent_mappa"])
            if status == "managed"
            else None,
            "manager_ids": f"M{rng.randrange(40):03d}" if status == "managed" else None,
            "in_custody": rng.random() < 0.22,
            "is_top_n": rank <= TOP_N,
            "is_new_in_top_n": new_top,
            "is_new_in_top_30": new_30,
            "is_on_meeting_list": on_list,
            "meeting_reason": ("top_n" if rank <= TOP_N else "referral") if on_list else None,
            "is_urgent": on_list and (new_30 or recent),
            "urgent_reason": ("new_in_top_30" if new_30 else "new_high_harm_offence" if recent else None)
            if on_list
            else None,
            "movement_reason": reason,
            "movement_sentence": sentence,
            "risk_probability": min(0.97, max(0.05, score / 8)),
            "ogrs3_formal_p2": None if rng.random() < 0.1 else rng.random(),
            "copas_rate": -rng.random() * 2.5,
            "harm_days": offences["harm"],
            "weighted_harm_days": offences["weighted"],
            "offence_count": offences["n"],
            "high_harm_count": offences["high"],
            "latest_offence_date": AS_AT - timedelta(days=rng.randrange(2, 900)),
            "merged_count": 1 if rng.random() < 0.04 else 0,
        }
    )
    _invent_facts(rows, random.Random(f"facts {nominal_id}"))  # noqa: S311
    if listed:
        _invent_explanation(rows, rng, nominal_id, score)
        walk = float(rank)
        for past in reversed(dates):
            held = rank if past == AS_AT else previous if past == PREVIOUS else max(1, round(walk))
            if past >= PREVIOUS or rng.random() > 0.04:
                rows["rpt_ranking__history"].append(
                    {"nominal_id": nominal_id, "run_date": past, "rank": held}
                )
            walk = max(1.0, walk * math.exp(rng.gauss(0.03, 0.22)))


def _last_decision(number: int) -> dict[str, Any]:
    """Return what was decided last, on every fourth person."""
    if number % 4:
        return {}
    return {
        "last_decision": "defer",
        "last_decision_reason": "more_information",
        "last_decision_date": date(2026, 9, 8),
        "last_decided_by": "Chair <of the panel>",
    }


def _invent_facts(rows: Rows, rng: random.Random) -> None:
    """Invent what a meeting is told of the person added last; it agrees with their row of the list."""
    person = rows["rpt_ranking__list"][-1]
    told = person["movement_reason"] == "new_offence" or person["urgent_reason"] == "new_high_harm_offence"
    code, title, _ = rng.choice(_OFFENCES)
    waits = person["meeting_reason"] == "referral"
    since = AS_AT - timedelta(days=14 * rng.randrange(0, 20)) if person["is_on_meeting_list"] else None
    rows["rpt_ranking__facts"].append(
        {
            "nominal_id": person["nominal_id"],
            "new_offences": rng.randrange(1, 4) if told else 0,
            "new_offence_title": title if told else None,
            "new_offence_ho_code": code if told else None,
            "new_offence_date": date(2026, 9, 17) if told else None,
            "new_offence_recorded_date": date(2026, 9, 18) if told else None,
            "is_new_offence_high_harm": True if told else None,
            "is_new_offence_domestic_abuse": rng.random() < 0.5 if told else None,
            **{
                name: max(0, rng.randrange(-4, 5))
                for name in SCHEMA["rpt_ranking__facts"]
                if name.endswith("_count")
            },
            "custody_since": AS_AT - timedelta(days=rng.randrange(1, 300)) if person["in_custody"] else None,
            "custody_type": rng.choice(["remand", "sentence", "recall"]) if person["in_custody"] else None,
            "sentence_days": rng.choice([None, 120, 400]) if person["in_custody"] else None,
            "referred_by": rng.choice(["probation", "asb, marac"]) if waits else None,
            "referred_date": AS_AT - timedelta(days=rng.randrange(1, 90)) if waits else None,
            **_last_decision(len(rows["rpt_ranking__facts"])),
            "deferred_date": date(2026, 8, 27) if waits and rng.random() < 0.3 else None,
            "is_statutory": person["management_status"] == "managed" and rng.random() < 0.5,
            "meeting_list_since": since,
            "is_new_case": since is not None and since > AS_AT - timedelta(days=31),
        }
    )


def _invent_explanation(rows: Rows, rng: random.Random, nominal_id: str, score: float) -> None:
    parts = [
        1.1037,
        0.0,
        rng.gauss(0.2, 0.3),
        rng.gauss(0.1, 0.1),
        rng.gauss(0.0, 0.15),
        rng.gauss(-0.1, 0.2),
    ]
    parts[1] = score - math.fsum(parts)
    for position, ((term, label), part) in enumerate(zip(_TERMS, parts, strict=True), start=1):
        rows["rpt_ranking__explanations"].append(
            {
                "nominal_id": nominal_id,
                "term": term,
                "term_label": label,
                "contribution": part,
                "value": None if term == "reference" else rng.gauss(0, 1),
                "position": position,
            }
        )


def _invent_offences(
    rows: Rows, rng: random.Random, nominal_id: str, score: float, recent: bool
) -> dict[str, float]:
    count = 1 + int(rng.expovariate(1 / 14))
    shown = []
    for number in range(count):
        code, title, harm = rng.choice(_OFFENCES)
        high = harm > 300 or rng.random() < 0.25
        committed = AS_AT - timedelta(days=rng.randrange(5, 2900))
        shown.append(
            {
                "offence_id": f"{nominal_id}-O{number}",
                "ho_code": code,
                "title": title,
                "offence_date": committed,
                "recorded_date": min(committed + timedelta(days=rng.randrange(0, 40)), AS_AT),
                "role": rng.choices(["suspect", "charged", "cautioned", "convicted"], [50, 15, 10, 25])[0],
                "outcome_code": rng.choice([None, "1", "15", "16", "8", "18"]),
                "harm_days": harm,
                "weighted_harm_days": harm * (1.5 if high else 1),
                "harm_basis": rng.choices(["published", "guideline", "placeholder", "gap"], [30, 50, 18, 2])[
                    0
                ],
                "contribution": score / count,
                "is_high_harm": high,
                "domestic_abuse": high and rng.random() < 0.5,
                "hate_crime": rng.random() < 0.03,
                "child_abuse": rng.random() < 0.04,
                "has_vulnerable_victim": rng.random() < 0.15,
            }
        )
    shown.sort(key=lambda row: -row["weighted_harm_days"])
    for position, row in enumerate(shown[:10], start=1):
        rows["rpt_ranking__offences"].append(
            {"nominal_id": nominal_id, "position": position, **row, "others": max(0, count - 10)}
        )
    return {
        "n": count,
        "harm": sum(row["harm_days"] for row in shown),
        "weighted": sum(row["weighted_harm_days"] for row in shown),
        "high": sum(row["is_high_harm"] for row in shown),
    }


def _summarise(rows: Rows) -> None:
    people = rows["rpt_ranking__list"]
    top = [person for person in people if person["is_top_n"]]
    rows["rpt_ranking__summary"] = [
        {
            "ranked": 18342,
            "top_n": TOP_N,
            "new_in_top_n": sum(person["is_new_in_top_n"] for person in top),
            "left_top_n": 9,
            "managed_in_top_n": sum(person["management_status"] == "managed" for person in top),
            "in_custody_in_top_n": sum(person["in_custody"] for person in top),
            "on_meeting_list": sum(person["is_on_meeting_list"] for person in people),
            "urgent": sum(person["is_urgent"] for person in people),
            "previous_run_date": PREVIOUS,
            "algorithm_version": "1.0",
        }
    ]


def _invent_quality(rows: Rows) -> None:
    def add(model: str, keys: str, *values: tuple[Any, ...]) -> None:
        rows[model].extend(dict(zip(keys.split(), value, strict=True)) for value in values)

    add(
        "rpt_quality__harm_basis",
        "basis offences harm_days share offence_share",
        ("published", 81234, 4212345.5, 0.421, 0.5384),
        ("guideline", 60211, 5011873.25, 0.501, 0.3991),
        ("placeholder", 9120, 780112.0, 0.078, 0.0604),
        ("gap", 311, 0, 0.0, 0.0021),
    )
    add(
        "rpt_quality__unlisted_codes",
        "ho_code field offences fallback",
        ("195Z", "harm_days", 290, None),
        ("8Z", "harm_days", 21, "8"),
        ("8Z", "ogrs3_group", 21, "Violence"),
    )
    add(
        "rpt_quality__population_gaps",
        "reason nominal_id weighted_harm_days",
        *[("unknown_age", f"N9{i:06d}", 900 - i * 7.5) for i in range(110)],
        *[("under_age", f"N8{i:06d}", 300 - i) for i in range(40)],
    )
    add(
        "rpt_quality__links",
        "source entity link_method records",
        ("idiom", "cohort_spells", "nominal_id", 1804),
        ("idiom", "cohort_spells", "pnc_id", 212),
        ("idiom", "cohort_spells", "unlinked", 31),
        ("visor_summary", "visor_summary", "nominal_id", 802),
        ("visor_summary", "visor_summary", "unlinked", 17),
    )
    add(
        "rpt_quality__unlinked",
        "source entity record_id",
        *[("idiom", "cohort_spells", f"SP{i:07d}") for i in range(31)],
        *[("visor_summary", "visor_summary", f"VR{i:07d}") for i in range(17)],
    )
    add(
        "rpt_quality__ignored_sanctions",
        "basis reason sanctions nominals",
        ("recorded", "unknown_age", 1644, 192),
        ("formal", "under_age", 3, 2),
    )
    add(
        "rpt_run__published_against_recomputed",
        "run_date nominal_id published_rank recomputed_rank reason",
        (PREVIOUS, "N0000001", 12, 15, "source_changed"),
        (PREVIOUS, "N0000002", 44, None, "identity"),
    )
    add(
        "rpt_quality__deliveries",
        "source delivery_id mode extract_date status is_in_effect reason",
        ("police_records", "20260920", "full", AS_AT, "applied", True, None),
        ("visor_summary", "20260918", "full", date(2026, 9, 18), "applied", True, None),
        ("idiom", "20260920", "delta", AS_AT, "applied", True, None),
        ("idiom", "20260913", "full", date(2026, 9, 13), "applied", True, None),
        (
            "idiom",
            "20260919",
            "delta",
            None,
            "refused",
            False,
            "manifest.json lists referrals.csv, which is not there.",
        ),
    )
    add(
        "rpt_quality__files",
        "source delivery_id entity rows loaded quarantined quarantined_with_parent identical_duplicates "
        "adds_up",
        ("police_records", "20260920", "nominals", 20000, 19991, 6, 0, 3, True),
        ("police_records", "20260920", "offences", 150870, 150866, 4, 0, 0, True),
        ("idiom", "20260913", "cohort_spells", 2050, 2047, 3, 1, 0, True),
    )
    add(
        "rpt_quality__faults",
        "source delivery_id entity rule column_name sentence remedy rows first_line",
        (
            "police_records",
            "20260920",
            "nominals",
            "date_not_iso",
            "date_of_birth",
            "The date is not written YYYY-MM-DD.",
            "Export dates as YYYY-MM-DD.",
            5,
            412,
        ),
        (
            "police_records",
            "20260920",
            "offences",
            "recorded_before_offence",
            None,
            "Recorded before it happened.",
            "Correct the dates in Niche and send the row again.",
            4,
            99812,
        ),
    )
    add(
        "rpt_run__inputs",
        "source delivery_id mode extract_date",
        ("police_records", "20260920", "full", AS_AT),
        ("visor_summary", "20260918", "full", date(2026, 9, 18)),
    )
