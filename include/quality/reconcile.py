"""Does what was delivered arrive? Rows and sums counted a second time, by other SQL than the models'.

A dbt test asks whether a table is right in itself; this asks whether it is whole: an inner join too many,
a fold that drops a delivery or a mart that came out empty break no rule of any single row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from pydantic import BaseModel, ConfigDict

from include.contract import SOURCES
from include.ledger import Ledger
from include.quality.subject import Subject
from include.quality.verdict import Check, Kind, Status
from include.warehouse.stores import attach, open_store, parquet_scan, text_literal

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Flow:
    """The way of one entity: bronze, staging and, where every row must arrive, its mart.

    Attributes:
        known_by: Date columns that must not lie after ``as_at`` for a row to be known.
        mart: Mart that holds one row per staging row; empty where there is none.
    """

    source: str
    entity: str
    staging: str
    known_by: tuple[str, ...] = ()
    mart: str = ""

    @property
    def name(self) -> str:
        """Name of the check."""
        return f"rows of {self.source}.{self.entity} arrive"


FLOWS = (
    Flow("police_records", "nominals", "stg_police_records__nominals"),
    Flow("police_records", "offences", "stg_police_records__offences", ("recorded_date", "offence_date")),
    Flow("police_records", "offence_nominals", "stg_police_records__offence_nominals"),
    Flow("police_records", "offence_victims", "stg_police_records__offence_victims"),
    Flow(
        "police_records",
        "custody",
        "stg_police_records__custody_spells",
        ("start_date",),
        "fct_custody_spells",
    ),
    Flow(
        "police_records",
        "intelligence",
        "stg_police_records__intelligence_logs",
        ("log_date",),
        "fct_intelligence",
    ),
    Flow(
        "visor_summary",
        "visor_summary",
        "stg_visor_summary__registrations",
        ("registration_start",),
        "fct_visor_registrations",
    ),
    Flow("idiom", "cohort_spells", "stg_idiom__cohort_spells", ("adopted_date",), "fct_cohort_spells"),
    Flow("idiom", "pnc_events", "stg_idiom__pnc_events", ("sanction_date",), "fct_sanctions"),
    Flow("idiom", "managers", "stg_idiom__managers", ("start_date",), "dim_managers"),
    Flow("idiom", "caseload_history", "stg_idiom__caseload_censuses", ("census_date",)),
    Flow("idiom", "referrals", "stg_idiom__referrals", ("referred_date",), "fct_referrals"),
    Flow("idiom", "interventions", "stg_idiom__interventions", ("intervention_date",), "fct_interventions"),
    Flow("idiom", "intervention_catalogue", "stg_idiom__intervention_types"),
    Flow("idiom", "unit_costs", "stg_idiom__unit_costs", ("cost_date",)),
    Flow(
        "unit_decisions",
        "unit_decisions",
        "stg_unit_decisions__decisions",
        ("decision_date",),
        "fct_unit_decisions",
    ),
    Flow("idiom", "performance_summary", "stg_idiom__performance_summaries", ("period_end",)),
)


class _Rule(BaseModel):
    """A reconciliation by one query: it returns rows that break the rule, and passes when there are none."""

    model_config = ConfigDict(frozen=True)

    name: str
    query: str
    says: str


def _ranks() -> _Rule:
    return _Rule(
        name="ranks run from 1 to n without a gap",
        query="select run_date from marts.fct_rankings group by run_date, algorithm_version "
        "having min(rank) <> 1 or max(rank) <> count(*) or count(distinct rank) <> count(*)",
        says="run dates have ranks that are not 1 to n.",
    )


def _scores() -> _Rule:
    return _Rule(
        # a person without a sanction above the minimum age has no score, and stands last
        name="every score is a number and falls with the rank",
        query="select run_date from (select run_date, score, rank, lag(score) over "
        "(partition by run_date, algorithm_version order by rank) as before from marts.fct_rankings) "
        "where not isfinite(score) or round(score, 12) > round(before, 12)"
        " or (rank > 1 and score is not null and before is null)",
        says="ranked rows have a score that is no number, or a higher one than the rank before.",
    )


def _explanations() -> _Rule:
    return _Rule(
        name="contributions sum to the score",
        query="select ranked.nominal_id from marts.fct_rankings as ranked left join ("
        " select run_date, nominal_id, sum(contribution) as total from marts.fct_ranking_explanations"
        " group by run_date, nominal_id) as explained"
        " on ranked.run_date = explained.run_date and ranked.nominal_id = explained.nominal_id "
        "where ranked.rank <= {explained} and ranked.score is not null and "
        "coalesce(abs(explained.total - ranked.score), 1) > {tolerance} * greatest(1, abs(ranked.score))",
        says="of the people whose rank is to be explained have none, or one that does not sum to the score.",
    )


def _harm() -> _Rule:
    """Harm per person counted again from the mart of offences, by the contract's words."""
    return _Rule(
        name="harm of the offences sums to that of the ranking",
        query="select ranked.nominal_id from marts.fct_rankings as ranked left join ("
        " select nominal_id, sum(coalesce(weighted_harm_days, 0)) as harm, count(*) as offences"
        " from marts.fct_offences where recorded_date <= {as_at} and offence_date <= {as_at}"
        " and (cancelled_date is null or cancelled_date > {as_at})"
        " and not (role = 'eliminated' and role_date <= {as_at}) group by nominal_id) as counted"
        " on ranked.nominal_id = counted.nominal_id where ranked.run_date = {as_at} and ("
        " coalesce(counted.offences, 0) <> ranked.offence_count"
        " or abs(coalesce(counted.harm, 0) - ranked.weighted_harm_days) > 0.0001)",
        says="ranked people have another harm or number of offences than fct_offences gives them.",
    )


def _nominals() -> _Rule:
    return _Rule(
        name="every nominal is a survivor or merged into one",
        query="select * from (select (select count(*) + coalesce(sum(merged_count), 0) from marts.dim_nominals)"
        " as there, (select count(*) from scratch.staging.stg_police_records__nominals) as due)"
        " where there <> due",
        says="dim_nominals and its merges do not add up to the nominals delivered.",
    )


def _links() -> _Rule:
    return _Rule(
        name="every link of an offence arrives",
        query="select * from (select (select count(*) from (select distinct offence_id from marts.fct_offences))"
        " as there, (select count(distinct links.offence_id)"
        " from scratch.staging.stg_police_records__offence_nominals as links"
        " inner join scratch.staging.stg_police_records__offences as offences"
        " on links.offence_id = offences.offence_id) as due) where there <> due",
        says="fct_offences does not hold every offence that has a link.",
    )


def _known() -> _Rule:
    return _Rule(
        name="nothing recorded after as_at is in the marts",
        query="select offence_id from marts.fct_offences where recorded_date > {as_at} or offence_date > {as_at}"
        " union all select event_id from marts.fct_sanctions where sanction_date > {as_at}"
        " union all select nominal_id from marts.fct_rankings where run_date > {as_at}",
        says="rows tell of a day after as_at.",
    )


def _version() -> _Rule:
    return _Rule(
        name="one algorithm version, that of the plan",
        query="select distinct algorithm_version from marts.fct_rankings where algorithm_version <> {version}",
        says="other versions stand in fct_rankings.",
    )


RULES = (_ranks(), _scores(), _explanations(), _harm(), _nominals(), _links(), _known(), _version())
LEDGER = "rows of every file are loaded, quarantined or duplicates"
BRONZE = "bronze holds the rows that the ledger says"
CORE = "the core marts are not empty"
RUN_DATES = "every run date of the plan is ranked"


def expected(_: Subject) -> list[str]:
    """Return the names of all reconciliations."""
    return [LEDGER, BRONZE, CORE, RUN_DATES, *(flow.name for flow in FLOWS), *(rule.name for rule in RULES)]


def run(subject: Subject) -> list[Check]:
    """Count everything again. A reconciliation that raises is an error of its own, and the others go on."""
    with open_store(subject.build.warehouse, threads=subject.settings.threads) as connection:
        attach(connection, subject.scratch, "scratch")
        todo: list[tuple[str, Callable[[], Check]]] = [
            (LEDGER, lambda: _ledger(subject)),
            (BRONZE, lambda: _bronze(subject, connection)),
            (CORE, lambda: _core(subject, connection)),
            (RUN_DATES, lambda: _run_dates(subject, connection)),
            *((flow.name, lambda flow=flow: _flow(subject, connection, flow)) for flow in FLOWS),
            *((rule.name, lambda rule=rule: _rule(subject, connection, rule)) for rule in RULES),
        ]
        return [_guarded(name, check) for name, check in todo]


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except duckdb.Error as error:
        first = str(error).strip().splitlines()[0][:200]
        return _result(
            name, Status.ERROR, f"The count raised: {first}", "A model or column it needs is missing."
        )


def _ledger(subject: Subject) -> Check:
    faults = [
        f"{delivery.source} {delivery.delivery_id} {counts.file}: {counts.rows} rows, {counts.loaded} loaded, "
        f"{counts.quarantined} quarantined, {counts.identical_duplicates} duplicates."
        for delivery in _applied(subject)
        for counts in delivery.files
        if not counts.adds_up
    ]
    remedy = "Do not publish: rows were lost on the way in. Deliver it again under a new id and report it."
    return _verdict(LEDGER, faults, remedy)


def _bronze(subject: Subject, connection: duckdb.DuckDBPyConnection) -> Check:
    faults = []
    for delivery in _applied(subject):
        for counts in delivery.files:
            if not counts.bronze:
                continue
            path = subject.settings.data_dir / counts.bronze
            rows = _number(connection, f"select count(*) from {parquet_scan([path])}")  # noqa: S608  our own path
            due = counts.loaded + counts.deleted_with_parent
            if rows != due:
                faults.append(f"{counts.bronze} holds {rows} rows; the ledger says {due}.")
    return _verdict(
        BRONZE, faults, "Restore bronze from the last backup; the ledger says what belongs there."
    )


def _core(subject: Subject, connection: duckdb.DuckDBPyConnection) -> Check:
    as_at = f"date '{subject.plan.as_at:%Y-%m-%d}'"
    counts = {
        "dim_nominals": _number(connection, "select count(*) from marts.dim_nominals"),
        "fct_offences": _number(connection, "select count(*) from marts.fct_offences"),
        f"fct_rankings at {subject.plan.as_at}": _number(
            connection,
            f"select count(*) from marts.fct_rankings where run_date = {as_at}",  # noqa: S608
        ),
        f"fct_ranking_explanations at {subject.plan.as_at}": _number(
            connection,
            f"select count(*) from marts.fct_ranking_explanations where run_date = {as_at}",  # noqa: S608
        ),
    }
    faults = [f"{name} is empty." for name, rows in counts.items() if rows == 0]
    return _verdict(
        CORE, faults, "Look at the deliveries in effect and at as_at: nobody would be on the list."
    )


def _run_dates(subject: Subject, connection: duckdb.DuckDBPyConnection) -> Check:
    ranked = {
        row[0] for row in connection.execute("select distinct run_date from marts.fct_rankings").fetchall()
    }
    due = {day.date for day in subject.plan.run_dates}
    extra = sorted(ranked - due)
    faults = [f"{day} is ranked and was not planned." for day in extra]
    if faults:
        return _verdict(RUN_DATES, faults, "Look at int_run_dates.")
    absent = sorted(due - ranked - {subject.plan.as_at})
    if absent:
        detail = f"Nobody is ranked on {len(absent)} run dates, {absent[0]} to {absent[-1]}."
        return _result(RUN_DATES, Status.WARN, detail, "Ask for run dates on which offences were on record.")
    return _result(RUN_DATES, Status.PASS)


def _flow(subject: Subject, connection: duckdb.DuckDBPyConnection, flow: Flow) -> Check:
    key = ", ".join(f'"{name}"' for name in SOURCES[flow.source].entity(flow.entity).key)
    as_at = f"date '{subject.plan.as_at:%Y-%m-%d}'"
    known = " and ".join(f"(last.{column} is null or last.{column} <= {as_at})" for column in flow.known_by)
    asked = ", ".join(("_change_type", *flow.known_by))  # nothing else is kept of each record
    due = _number(
        connection,
        f"select count(*) from (select {key}, max_by(struct_pack({asked}), _delivery_id) as last "  # noqa: S608  our own names
        f"from scratch.bronze.{flow.source}__{flow.entity} group by {key}) as folded "
        f"where (last._change_type is null or last._change_type <> 'D') and ({known or 'true'})",
    )
    staged = _number(connection, f"select count(*) from scratch.staging.{flow.staging}")  # noqa: S608
    faults = []
    if staged != due:
        faults.append(f"{flow.staging} has {staged} rows; the deliveries in effect give {due}.")
    if flow.mart:
        arrived = _number(connection, f"select count(*) from marts.{flow.mart}")  # noqa: S608
        if arrived != staged:
            faults.append(f"{flow.mart} has {arrived} rows; {staged} were delivered.")
    return _verdict(
        flow.name, faults, "A model drops or repeats rows: look at its joins and at the fold of deliveries."
    )


def _rule(subject: Subject, connection: duckdb.DuckDBPyConnection, rule: _Rule) -> Check:
    query = rule.query.format(
        as_at=f"date '{subject.plan.as_at:%Y-%m-%d}'",
        version=text_literal(subject.plan.algorithm_version),
        tolerance=_TOLERANCE,
        explained=int(subject.plan.parameters["explained_n"]),
    )
    broken = _number(connection, f"select count(*) from ({query})")  # noqa: S608  our own query
    faults = [f"{broken} {rule.says}"] if broken else []
    return _verdict(rule.name, faults, "A model is wrong: do not publish until its numbers add up.")


def _applied(subject: Subject) -> Sequence[Any]:
    planned = {(one.source, one.delivery_id) for one in subject.plan.deliveries}
    return [
        one
        for one in Ledger(subject.settings.state_dir).applied()
        if (one.source, one.delivery_id) in planned
    ]


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _verdict(name: str, faults: Sequence[str], remedy: str) -> Check:
    if not faults:
        return _result(name, Status.PASS)
    more = f" And {len(faults) - 5} more." if len(faults) > 5 else ""
    return _result(name, Status.FAIL, " ".join(faults[:5]) + more, remedy)


def _result(name: str, status: Status, detail: str = "", remedy: str = "") -> Check:
    return Check(kind=Kind.RECONCILIATION, name=name, status=status, detail=detail, remedy=remedy)
