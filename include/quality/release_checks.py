"""This build against the release in force: has something gone, jumped or shifted that no single row shows?

The bounds stand in ``expectations/bounds.yml``, each with a dated reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from include.errors import UsageError
from include.quality.subject import Subject
from include.quality.verdict import Check, Kind, Status
from include.warehouse.stores import attach, open_store

FILE = "bounds.yml"
VOLUME = "row volume of the marts"
CHURN = "churn of the top N"
DISTRIBUTION = "distribution of the scores"
PLACEHOLDERS = "share of harm on placeholders"
AGE = "the build is not older than the release in force"
NAMES = (VOLUME, CHURN, DISTRIBUTION, PLACEHOLDERS, AGE)
_VOLUME_MARTS = (
    "dim_nominals",
    "fct_offences",
    "fct_sanctions",
    "fct_cohort_spells",
    "fct_visor_registrations",
)


class Bounds(BaseModel):
    """Bounds of the release checks; every reason stands beside its bound in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_volume_share: float = Field(gt=0, le=1)
    max_volume_share: float = Field(ge=1)
    min_retained_share: float = Field(ge=0, le=1)
    retained_days: int = Field(ge=1)
    max_median_shift_share: float = Field(gt=0)
    max_placeholder_share: float = Field(ge=0, le=1)
    min_ranked: int = Field(ge=1)


@dataclass(frozen=True)
class _Context:
    connection: duckdb.DuckDBPyConnection
    subject: Subject
    bounds: Bounds
    days: int
    is_same_method: bool


def load_bounds(folder: Path) -> Bounds:
    """Read ``bounds.yml``.

    Raises:
        UsageError: It is missing, or a bound is.
    """
    try:
        content = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
        return Bounds.model_validate({name: one["value"] for name, one in content.items()})
    except (OSError, yaml.YAMLError, ValidationError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"expectations/{FILE} cannot be used.", "Restore it from the repository.") from error


def expected(_: Subject) -> list[str]:
    """Return the names of all release checks."""
    return list(NAMES)


def run(subject: Subject) -> list[Check]:
    """Compare the build with the release in force; before the first there is nothing to compare with."""
    bounds = load_bounds(subject.suites_dir)
    with open_store(subject.build.warehouse) as connection:
        placeholders = _placeholders(connection, bounds)
        if subject.base_warehouse is None:
            first = "There is no release in force to compare with."
            return [_result(name, Status.PASS, first) for name in NAMES if name != PLACEHOLDERS] + [
                placeholders
            ]
        attach(connection, subject.base_warehouse, "base")
        base_as_at, base_version = _one(
            connection,
            "select max(run_date), max_by(algorithm_version, run_date) from base.marts.fct_rankings",
        )
        days = (subject.plan.as_at - base_as_at).days
        context = _Context(connection, subject, bounds, days, base_version == subject.plan.algorithm_version)
        return [_volume(context), _churn(context), _distribution(context), placeholders, _age(context)]


def _volume(context: _Context) -> Check:
    # the bounds are for one fortnight: a first release of long ago, or years between two, is no doubled delivery
    periods = min(max(1, context.days / context.bounds.retained_days), 260)
    low, high = context.bounds.min_volume_share**periods, context.bounds.max_volume_share**periods
    faults = []
    for mart in _VOLUME_MARTS:
        before, now = _one(
            context.connection,
            f"select (select count(*) from base.marts.{mart}), (select count(*) from marts.{mart})",  # noqa: S608
        )
        is_out = before >= context.subject.settings.min_volume_rows and not low <= now / before <= high
        if is_out and context.days >= 0:
            faults.append(f"{mart} has {now} rows, {before} in the release in force.")
    remedy = "See what the sources delivered (quality page); a real change is waived with owner, reason and expiry."
    return _result(VOLUME, Status.FAIL if faults else Status.PASS, " ".join(faults), remedy)


def _churn(context: _Context) -> Check:
    stayed, before = _one(
        context.connection,
        "select count(now.nominal_id), count(*) from ("
        " select nominal_id from base.marts.fct_rankings where is_top_n"
        " and run_date = (select max(run_date) from base.marts.fct_rankings)) as before "
        "left join (select nominal_id from marts.fct_rankings where is_top_n and run_date = ?) as now "
        "on before.nominal_id = now.nominal_id",
        context.subject.plan.as_at,
    )
    periods = max(1, abs(context.days) / context.bounds.retained_days)
    least = context.bounds.min_retained_share**periods
    if before == 0 or stayed / before >= least:
        return _result(CHURN, Status.PASS, f"{stayed} of {before} are in it still.")
    detail = f"{stayed} of the {before} people of the last list are in it still; at least {least:.0%} were expected."
    if not context.is_same_method:
        return _result(
            CHURN, Status.WARN, f"{detail} The algorithm version has changed.", "Say so to the unit."
        )
    remedy = "Look at the movements and at what was delivered; a real change is waived with owner, reason and expiry."
    return _result(CHURN, Status.FAIL, detail, remedy)


def _distribution(context: _Context) -> Check:
    quantiles = "select quantile_cont(score, [0.5, 0.9, 0.99]), count(score) from {} where run_date = {}"
    before, ranked = _one(
        context.connection,
        quantiles.format("base.marts.fct_rankings", "(select max(run_date) from base.marts.fct_rankings)"),
    )
    if ranked < context.bounds.min_ranked:
        return _result(DISTRIBUTION, Status.PASS, f"Only {ranked} people were ranked: too few to compare.")
    now = _one(context.connection, quantiles.format("marts.fct_rankings", "?"), context.subject.plan.as_at)[0]
    shifts = [abs(new / old - 1) for old, new in zip(before or [], now or [], strict=False) if old]
    largest = max(shifts, default=0.0)
    detail = f"The median, 90th or 99th percentile of the score has moved by {largest:.1%}."
    if largest <= context.bounds.max_median_shift_share:
        return _result(DISTRIBUTION, Status.PASS, detail)
    status = (
        Status.FAIL
        if context.is_same_method and 0 <= context.days <= 2 * context.bounds.retained_days
        else Status.WARN
    )
    return _result(
        DISTRIBUTION, status, detail, "Look at what was delivered, and at changes of seeds and models."
    )


def _placeholders(connection: duckdb.DuckDBPyConnection, bounds: Bounds) -> Check:
    share = _one(
        connection,
        "select coalesce(sum(share) filter (where basis in ('placeholder', 'gap')), 0) "
        "from reporting.rpt_quality__harm_basis",
    )[0]
    detail = f"{float(share):.1%} of the harm in the list rests on placeholders or gaps in the harm index."
    is_high = float(share) > bounds.max_placeholder_share
    remedy = "Load the Cambridge workbook: hhw load-harm-index FILE.xlsx"
    return _result(PLACEHOLDERS, Status.WARN if is_high else Status.PASS, detail, remedy)


def _age(context: _Context) -> Check:
    if context.days >= 0:
        return _result(AGE, Status.PASS, "")
    detail = f"Its figures are {-context.days} days older than those of the release in force."
    return _result(
        AGE, Status.WARN, detail, "If that was not meant: `hhw rollback` puts the newer one in force again."
    )


def _one(connection: duckdb.DuckDBPyConnection, query: str, *values: Any) -> tuple[Any, ...]:
    row = connection.execute(query, list(values)).fetchone()
    return tuple(row) if row else ()


def _result(name: str, status: Status, detail: str, remedy: str = "") -> Check:
    return Check(
        kind=Kind.RELEASE,
        name=name,
        status=status,
        detail=detail,
        remedy="" if status is Status.PASS else remedy,
    )
