"""Forty records of invented people, written by hand where it matters: who is whom is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.dbt_outcomes.full_deliveries import pnc_id, write_full

AS_AT = date(2026, 8, 31)
RUN_DATES = [date(2026, 8, 17), AS_AT]
Row = dict[str, Any]
P3, P5, P6, P14 = (pnc_id(number) for number in (3, 5, 6, 14))
BORN = "1985-03-12"
# id, surname, forename, date of birth, PNC id, merged into
_KNOWN = (
    ("N01", "Okafor", "Robert", BORN, "", ""),  # N02 is the same person: a slip and a short form
    ("N02", "Okfaor", "Bob", BORN, "", ""),
    ("N03", "Tipping", "Karen", "1990-04-05", P3, ""),  # N04 holds the same PNC id under another surname
    ("N04", "Wragg", "Karen", "1990-04-05", P3, ""),
    ("N05", "Pargeter", "Leon", "1979-11-02", P5, ""),  # alike, but each has a PNC id
    ("N06", "Pargeter", "Leon", "1979-11-02", P6, ""),
    ("N07", "Quigley", "Helen", "1988-01-30", "", ""),  # alike, decided to be two
    ("N08", "Quigley", "Helen", "1988-01-30", "", ""),
    ("N09", "Stanway", "Peter", "1970-06-07", "", ""),  # not alike, decided to be one
    ("N10", "Mirza", "Zachary", "1992-10-11", "", ""),
    ("N11", "Eccles", "Dawn", "1983-02-03", "", "N12"),  # merged by the source
    ("N12", "Eccles", "Dawn", "1983-02-03", "", ""),
    ("N13", "Redfern", "Keith", "1966-12-24", "", ""),  # a spell names him without an id
    ("N14", "Nazir", "Imran", "1995-05-05", "", ""),  # a spell names his id beside a PNC id
)
_SURNAMES = [
    "Abbott",
    "Barlow",
    "Castle",
    "Danso",
    "Finch",
    "Greaves",
    "Haddon",
    "Ingham",
    "Jagger",
    "Kemble",
    "Lomax",
    "Marlow",
    "Norcott",
]
_FORENAMES = [
    "Aaron",
    "Callum",
    "Dominic",
    "Gareth",
    "Hassan",
    "Kieran",
    "Lewis",
    "Neil",
    "Owen",
    "Reece",
    "Stuart",
    "Tyler",
    "Wayne",
]
CODES = ("8N", "5D", "19C", "28E", "105A")
DECISIONS = (
    "kind,record_id,nominal_id,decision,decided_by,decided_on\n"
    "nominal,N08,N07,different,Sgt 12,2026-08-20\n"
    "nominal,N09,N10,same,Sgt 12,2026-08-20\n"
)


def nominals() -> list[Row]:
    """All records of the police records system."""
    keys = ("nominal_id", "surname", "forename", "date_of_birth", "pnc_id", "merged_into")
    women = {"N03", "N04", "N07", "N08", "N11", "N12"}
    known = [dict(zip(keys, one, strict=True)) for one in _KNOWN]
    crowd = [
        {"nominal_id": f"N{20 + n}", "surname": _SURNAMES[n % 13], "forename": _FORENAMES[(n * 5 + n // 13) % 13],
         "date_of_birth": f"{1960 + n}-{1 + n % 12:02d}-{1 + n % 28:02d}"}
        for n in range(26)
    ]  # fmt: skip
    return [{"sex": "F" if one["nominal_id"] in women else "M", **one} for one in (*known, *crowd)]


def _offences() -> tuple[list[Row], list[Row]]:
    """Each record has an offence of its own, some two; N01 and N02 are both linked to O-SHARED."""
    offences: list[Row] = []
    links: list[Row] = []
    flags = {"domestic_abuse": "N", "hate_crime": "N", "child_abuse": "N", "offence_title": "x"}
    for place, person in enumerate(nominals()):
        for part in range(1 + place % 2):
            day = date(2024, 1 + place % 12, 1 + (place * 3 + part) % 28).isoformat()
            key = f"O-{person['nominal_id']}-{part}"
            offences.append({"offence_id": key, "ho_code": CODES[(place + part) % 5], "offence_date": day,
                             "recorded_date": day, **flags})  # fmt: skip
            links.append(
                {"offence_id": key, "nominal_id": person["nominal_id"], "role": "suspect", "role_date": day}
            )
    offences.append({"offence_id": "O-SHARED", "ho_code": "5D", "offence_date": "2025-05-05",
                     "recorded_date": "2025-05-06", **flags})  # fmt: skip
    links += [{"offence_id": "O-SHARED", "nominal_id": one, "role": "charged", "role_date": "2025-05-06"}
              for one in ("N01", "N02")]  # fmt: skip
    return offences, links


def _spell(key: str, **who: str) -> Row:
    return {"spell_id": key, "scheme": "unit", "cohort": "iom", "pathway": "iom_meeting", "statutory": "N",
            "adopted_date": "2025-01-01", **who}  # fmt: skip


def _named(surname: str, forename: str, born: str) -> Row:
    return {"surname": surname, "forename": forename, "date_of_birth": born}


def write(landing: Path) -> Path:
    """Write one full delivery of each source."""
    offences, links = _offences()
    spells = [
        _spell("S1", **_named("Redfren", "Keith", "1966-12-24")),
        _spell("S2", **_named("Nobody", "Known", "1999-09-09")),
        _spell("S3", **_named("Pargeter", "Leon", "1979-11-02")),
        _spell("S4", nominal_id="N14", pnc_id=P14),
    ]
    register = [
        {"visor_id": "V1", **_named("Okafor", "Rob", BORN), "mappa_category": "1", "mappa_level": "1",
         "registration_start": "2025-02-02", "division": "North", "status": "community"}
    ]  # fmt: skip
    events = [{"event_id": "E1", "pnc_id": P14, "offence_date": "2020-01-01", "ho_code": "8N",
               "sanction": "conviction", "sanction_date": "2020-06-01"}]  # fmt: skip
    rows = {"nominals": nominals(), "offences": offences, "offence_nominals": links, "cohort_spells": spells,
            "visor_summary": register, "pnc_events": events}  # fmt: skip
    return write_full(landing, AS_AT, rows)
