"""Whose records are due for review: a list for the force's records manager, who decides; nothing is deleted by it.

Groups and periods are configuration (``review_groups.csv``), which the force has to confirm. The clock of a record
starts at the last thing that was recorded of the person; nobody who is managed or registered is due.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from include import audit
from include.errors import InputError, UsageError
from include.files import private_dir
from include.publication.assemble import WAREHOUSE
from include.publication.carry import base_release
from include.publication.release import release_folder
from include.sealed import write_private
from include.settings import Settings
from include.warehouse.stores import open_store
from reports.tables import Column, Kind, csv_text

FOLDER = "review"
_APPLIES = frozenset({"public_protection", "high_harm", "other"})
_COLUMNS = (
    Column("nominal_id", "Nominal"),
    Column("review_group", "Group"),
    Column("last_recorded", "Last recorded", Kind.DATE),
    Column("review_date", "Due for review since", Kind.DATE),
)
_DUE = """
    with recorded as (
        select nominal_id, recorded_date as recorded_on from marts.fct_offences
        union all select nominal_id, sanction_date from marts.fct_sanctions
        union all select nominal_id, coalesce(deselected_date, adopted_date) from marts.fct_cohort_spells
        union all select nominal_id, coalesce(registration_end, registration_start)
        from marts.fct_visor_registrations
        union all select nominal_id, coalesce(end_date, start_date) from marts.fct_custody_spells
        union all select nominal_id, log_date from marts.fct_intelligence
    ), latest as (
        select nominal_id, max(recorded_on) as last_recorded
        from recorded where recorded_on <= $as_at group by nominal_id
    ), protected as (
        select nominal_id from marts.fct_visor_registrations
        union select nominal_id from marts.fct_offences where is_serious_sexual
    ), harmful as (
        select nominal_id from marts.fct_offences where is_high_harm
    ), managed as (
        select nominal_id from marts.fct_cohort_spells
        where deselected_date is null or deselected_date > $as_at
        union select nominal_id from marts.fct_visor_registrations
        where registration_end is null or registration_end > $as_at
    ), grouped as (
        select
            latest.nominal_id,
            latest.last_recorded,
            case
                when latest.nominal_id in (select nominal_id from protected) then 'public_protection'
                when latest.nominal_id in (select nominal_id from harmful) then 'high_harm'
                else 'other'
            end as applies_to
        from latest
        where latest.nominal_id not in (select nominal_id from managed where nominal_id is not null)
    )
    select
        grouped.nominal_id,
        groups.review_group,
        grouped.last_recorded,
        cast(grouped.last_recorded + to_months(groups.months) as date) as review_date
    from grouped
    inner join (select unnest($applies) as applies_to, unnest($groups) as review_group, unnest($months) as months)
        as groups on grouped.applies_to = groups.applies_to
    where cast(grouped.last_recorded + to_months(groups.months) as date) <= $as_at
    order by review_date, grouped.nominal_id
"""


@dataclass(frozen=True)
class ReviewGroup:
    """One review group of the force.

    Attributes:
        group: Its name.
        title: What it is for.
        applies_to: ``public_protection``, ``high_harm`` or ``other``; the first that fits counts.
        review_after_months: From the last thing recorded.
        source: Who says so.
    """

    group: str
    title: str
    applies_to: str
    review_after_months: int
    source: str


def read_groups(path: Path) -> list[ReviewGroup]:
    """Read the review groups.

    Raises:
        UsageError: One is missing, given twice, unknown, or has no period.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    try:
        groups = [
            ReviewGroup(**{**row, "review_after_months": int(row["review_after_months"])})  # type: ignore[arg-type]
            for row in rows
        ]
    except (TypeError, ValueError, KeyError) as error:
        raise UsageError(
            f"{path.name} cannot be read: {error}.", "Keep its columns; months are a number."
        ) from error
    names = [group.applies_to for group in groups]
    if sorted(names) != sorted(_APPLIES) or any(group.review_after_months < 1 for group in groups):
        raise UsageError(
            f"{path.name} names {', '.join(names) or 'nothing'}.",
            f"Name each of {', '.join(sorted(_APPLIES))} once, with a period of a month or more.",
        )
    return groups


def list_due(settings: Settings) -> tuple[Path, int]:
    """Write the list of records due for review at the date of the release in force.

    Returns:
        The list, and how many are on it.

    Raises:
        InputError: Nothing has been published.
    """
    groups = read_groups(settings.review_groups_file)
    release = base_release(settings)
    if release is None:
        raise InputError("Nothing has been published yet.", "Run `make run`, or `hhw publish`.")
    values = {
        "as_at": release.as_at,
        "applies": [group.applies_to for group in groups],
        "groups": [group.group for group in groups],
        "months": [group.review_after_months for group in groups],
    }
    with open_store(release_folder(settings, release.release_id) / WAREHOUSE) as store:
        rows = tuple(store.execute(_DUE, values).fetchall())
    path = private_dir(review_folder(settings)) / f"due-{release.as_at:%Y-%m-%d}.csv"
    write_private(path, csv_text(_COLUMNS, rows))
    audit.record(settings, "review", release_id=release.release_id, due=len(rows))
    return path, len(rows)


def review_folder(settings: Settings) -> Path:
    """Return where the lists lie; an erasure empties it."""
    return settings.data_dir / FOLDER
