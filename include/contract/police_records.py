"""The force's records system: who is recorded as suspect or offender for what; not convictions."""

from __future__ import annotations

from include.contract.model import (
    BirthOrder,
    Column,
    DateOrder,
    Entity,
    Parent,
    ParentDate,
    Source,
    count,
    date,
    enum,
    flag,
    ho_code,
    key,
    pnc_id,
    text,
    words,
)

ETHNICITIES = words("W1 W2 W3 W4 W9 M1 M2 M3 M9 A1 A2 A3 A4 A9 B1 B2 B9 O2 O9 NS")
OUTCOMES = tuple(str(code) for code in range(1, 23))

_NOMINAL = Parent("nominal_id", "nominals", "nominal_id")
_OFFENCE = Parent("offence_id", "offences", "offence_id")
_BIRTH = ParentDate("date_of_birth", via="nominal_id")

NOMINALS = Entity(
    name="nominals",
    columns=(
        key("nominal_id"),
        pnc_id(nullable=True),
        text("surname"),
        text("forename"),
        date("date_of_birth", nullable=True),
        enum("sex", "M", "F", "U"),
        enum("ethnicity", *ETHNICITIES, nullable=True),
        text("division", nullable=True),
        date("deceased_date", nullable=True),
        text("merged_into", nullable=True),
    ),
    parents=(Parent("merged_into", "nominals", "nominal_id"),),
    orders=(DateOrder("deceased_date", "date_of_birth"),),
)

OFFENCES = Entity(
    name="offences",
    columns=(
        key("offence_id"),
        ho_code(),
        text("offence_title"),
        date("offence_date"),
        date("offence_end_date", nullable=True),
        date("recorded_date"),
        text("division", nullable=True),
        flag("domestic_abuse"),
        flag("hate_crime"),
        flag("child_abuse"),
        # A code, so text; in Parquet a number of the list 1-22 is as clear as its digits.
        Column("outcome_code", "enum", nullable=True, allowed=OUTCOMES, parquet_types=("VARCHAR", "BIGINT")),
        date("outcome_date", nullable=True),
        date("cancelled_date", nullable=True),
    ),
    orders=(
        DateOrder("offence_end_date", "offence_date"),
        DateOrder("recorded_date", "offence_date"),
        DateOrder("outcome_date", "recorded_date"),
        DateOrder("cancelled_date", "recorded_date"),
    ),
)

OFFENCE_NOMINALS = Entity(
    name="offence_nominals",
    columns=(
        key("offence_id"),
        key("nominal_id"),
        enum("role", "suspect", "charged", "cautioned", "convicted", "eliminated"),
        date("role_date"),
    ),
    parents=(_OFFENCE, _NOMINAL),
    birth_orders=(BirthOrder(ParentDate("offence_date", via="offence_id"), _BIRTH, blamed="nominal_id"),),
)

OFFENCE_VICTIMS = Entity(
    name="offence_victims",
    columns=(
        key("offence_id"),
        key("victim_id"),
        key("nominal_id"),
        enum(
            "relationship",
            "intimate_partner",
            "former_partner",
            "family",
            "acquaintance",
            "stranger",
            "other",
            "unknown",
        ),
        count("victim_age", nullable=True, maximum=120),
        flag("vulnerable"),
    ),
    parents=(_OFFENCE, _NOMINAL),
)

CUSTODY = Entity(
    name="custody",
    columns=(
        key("custody_id"),
        text("nominal_id"),
        date("start_date"),
        date("end_date", nullable=True),
        enum("custody_type", "remand", "sentence", "recall"),
        count("sentence_days", nullable=True),
    ),
    parents=(_NOMINAL,),
    orders=(DateOrder("end_date", "start_date"),),
    birth_orders=(BirthOrder(ParentDate("start_date"), _BIRTH, blamed="start_date"),),
)

INTELLIGENCE = Entity(
    name="intelligence",
    columns=(
        key("log_id"),
        text("nominal_id"),
        date("log_date"),
        enum(
            "category",
            "acquisitive",
            "drugs",
            "domestic_abuse",
            "sexual",
            "violence",
            "weapons",
            "exploitation",
            "other",
        ),
    ),
    parents=(_NOMINAL,),
    optional=True,
)

POLICE_RECORDS = Source(
    name="police_records",
    entities=(NOMINALS, OFFENCES, OFFENCE_NOMINALS, OFFENCE_VICTIMS, CUSTODY, INTELLIGENCE),
)
