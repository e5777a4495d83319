"""What the linkage model compares, and into which levels of agreement: the one place where that is said.

Names of levels are those of the seed ``identity_model.csv``, which holds their measured probabilities, and of the
sentences that a reviewer reads. A level is tried where those above it did not hold.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One level of agreement.

    Attributes:
        name: As in the seed.
        says: Words for a reviewer.
        condition: SQL over the columns of two records, suffixed ``_l`` and ``_r``; ``ELSE`` for the rest.
        frequency: Column whose common values say less than its rare ones.
    """

    name: str
    says: str
    condition: str
    frequency: str | None = None


@dataclass(frozen=True)
class Comparison:
    """One characteristic of two records.

    Attributes:
        name: As in the seed.
        says: Words for a reviewer.
        missing: SQL that holds where nothing can be said.
        levels: From full agreement down to none.
    """

    name: str
    says: str
    missing: str
    levels: tuple[Level, ...]


_ELSE = "ELSE"


def _slip(column: str) -> str:
    """One letter more, less, another, or two neighbours swapped. Lengths are compared first: that costs a tenth."""
    return f"abs(length({column}_l) - length({column}_r)) <= 1 AND damerau_levenshtein({column}_l, {column}_r) = 1"


def _alike(column: str) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.9"


COMPARISONS = (
    Comparison(
        "surname",
        "surname",
        "surname_l IS NULL OR surname_r IS NULL",
        (
            Level("same", "the same", "surname_l = surname_r", "surname"),
            Level("slip", "one letter off", _slip("surname")),
            Level("alike", "alike", _alike("surname")),
            Level("other", "different", _ELSE),
        ),
    ),
    Comparison(
        "forename",
        "forename",
        "forename_l IS NULL OR forename_r IS NULL",
        (
            Level("same", "the same", "forename_l = forename_r", "forename"),
            Level("nickname", "a short form", "list_has_any(stands_for_l, stands_for_r)"),
            Level("slip", "one letter off", _slip("forename")),
            Level("alike", "alike", _alike("forename")),
            Level("other", "different", _ELSE),
        ),
    ),
    Comparison(
        "date_of_birth",
        "date of birth",
        "birth_date_l IS NULL OR birth_date_r IS NULL",
        (
            Level("same", "the same", "birth_date_l = birth_date_r"),
            Level(
                "swapped",
                "day and month swapped",
                "birth_year_l = birth_year_r AND birth_month_l = birth_day_r AND birth_day_l = birth_month_r",
            ),
            Level(
                "year_off",
                "a year apart",
                "abs(abs(date_diff('day', birth_date_l, birth_date_r)) - 365) <= 1",
            ),
            Level("digit", "one digit off", "damerau_levenshtein(birth_text_l, birth_text_r) = 1"),
            Level(
                "month",
                "same month and year",
                "birth_year_l = birth_year_r AND birth_month_l = birth_month_r",
            ),
            Level("other", "different", _ELSE),
        ),
    ),
    Comparison(
        "sex",
        "sex",
        "sex_l IS NULL OR sex_r IS NULL",
        (Level("same", "the same", "sex_l = sex_r"), Level("other", "different", _ELSE)),
    ),
)

# Pairs are compared only where one of these rules holds, a rule of several parts where one of them does: each is an
# equality on which a hash join can be made, so that not all pairs are looked at. What no rule finds is not found.
_NAMES = "l.surname = r.surname AND l.forename_group = r.forename_group"
BLOCKING = (
    ("l.pnc_id = r.pnc_id",),
    ("l.birth_date = r.birth_date AND l.surname_initial = r.surname_initial",),
    ("l.birth_date = r.birth_date AND l.forename_initial = r.forename_initial",),
    (f"{_NAMES} AND l.birth_year = r.birth_year",),
    (f"{_NAMES} AND l.birth_md = r.birth_md",),
    (
        "l.surname_letters = r.surname_letters AND l.forename_letters = r.forename_letters "
        "AND l.birth_year = r.birth_year",
    ),
    (f"{_NAMES} AND l.birth_date IS NULL", f"{_NAMES} AND r.birth_date IS NULL"),
)

# How a record is brought into the shape that the comparisons read: names in lower case without accents, spaces and
# signs; sex unknown is no sex; a short form stands for every full name that it may be short for, and for itself.
PREPARE = """
    with short_forms as (
        select short_name, list(full_name) as full_names, min(name_group) as name_group
        from nicknames group by short_name
    ), full_forms as (
        select full_name, min(name_group) as name_group from nicknames group by full_name
    ), cleaned as (
        select
            record_id, kind, nominal_id, pnc_id, date_of_birth as birth_date, nullif(sex, 'U') as sex,
            nullif(regexp_replace(lower(strip_accents(surname)), '[^a-z]', '', 'g'), '') as surname,
            nullif(regexp_replace(lower(strip_accents(forename)), '[^a-z]', '', 'g'), '') as forename
        from people
    )
    select
        cleaned.record_id as unique_id, cleaned.kind, cleaned.nominal_id, cleaned.pnc_id,
        cleaned.surname, cleaned.forename, cleaned.sex,
        list_append(coalesce(short_forms.full_names, []), cleaned.forename) as stands_for,
        coalesce(short_forms.name_group, full_forms.name_group, cleaned.forename) as forename_group,
        cleaned.surname[1] as surname_initial, cleaned.forename[1] as forename_initial,
        array_to_string(list_sort(string_split(cleaned.surname, '')), '') as surname_letters,
        array_to_string(list_sort(string_split(cleaned.forename, '')), '') as forename_letters,
        cleaned.birth_date, year(cleaned.birth_date) as birth_year, month(cleaned.birth_date) as birth_month,
        day(cleaned.birth_date) as birth_day, strftime(cleaned.birth_date, '%Y%m%d') as birth_text,
        month(cleaned.birth_date) * 100 + day(cleaned.birth_date) as birth_md
    from cleaned
    left join short_forms on cleaned.forename = short_forms.short_name
    left join full_forms on cleaned.forename = full_forms.full_name
"""
