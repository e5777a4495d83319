"""# Publish the board pack.

## What it does
Builds the warehouse, puts it before the gate, and publishes a release with the board pack of the month as a
draft. Then a named person decides: approved, the pack is made again with that person's name on it and goes into a
new release, on whatever is in force by then; rejected, it stays a draft for good.

## Inputs and outputs
In: the deliveries that `ingest_extracts` has taken in; parameters `as_at`, `run_dates`, `mode`, `reason`; the
approvers (HHW_APPROVERS). Out: a release with the draft, and one with what was decided; lines in the audit log.

## Schedule and why
On the 1st of the month at 07:00, for the month that has ended. While nobody decides nothing is held: no slot of the
pool, no lock; rankings go on being published, and carry the draft along. By hand at any time.

## If it fails
What is in force stays in force. Before the decision: as with `publish_rankings_fortnightly`. *Nobody decided* within
the days of HHW_APPROVAL_DAYS: there is no default answer, the task fails and the pack stays a draft; `hhw approve
--by NAME` decides outside Airflow. *Refused with a remedy*: the pack in force is another than the one that was read,
or was decided otherwise before.

## Owner
Offender management data team.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, get_current_context, task
from airflow.timetables.trigger import CronTriggerTimetable
from hhw_operators import PackApproval, failing_for_good
from hhw_wiring import (
    DEFAULTS,
    RELEASE,
    START,
    Tag,
    publishing_params,
    publishing_steps,
)


def pack_approval(drafted: Any) -> PackApproval:
    """Return the task that asks about the draft which the task ``draft`` has named."""
    said = "ti.xcom_pull(task_ids='draft')"
    return PackApproval(
        task_id="decide",
        drafted=drafted,
        subject=f"Board pack as at {{{{ {said}['as_at'] }}}}: may it go to the board?",
        body=f"Read `current/reports/board_pack.html` (draft {{{{ {said}['pack'][:12] }}}}, made for release "
        f"{{{{ {said}['release'] }}}}), then approve it, or reject it with the reason.",
        params={"note": Param("", type="string", maxLength=1000, description="Conditions, or the reason.")},
        ignore_downstream_trigger_rules=True,
        defaults=None,
        retries=0,  # a retry would ask again
        execution_timeout=None,
    )


@dag(
    dag_id="publish_board_pack_monthly",
    schedule=CronTriggerTimetable("0 7 1 * *", timezone="Europe/London"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=[Tag.BOARD],
    doc_md=__doc__,
    params=publishing_params(),
)
def publish_board_pack_monthly() -> None:
    """Wire the steps of `include.pipeline`, the decision, and what follows from it."""

    @task
    def open_run() -> str:
        from include.schedule import open_publishing_run
        from reports.outputs import Cadence

        with failing_for_good():
            return open_publishing_run(get_current_context(), Cadence.MONTHLY)

    @task.short_circuit(ignore_downstream_trigger_rules=True)
    def draft(opened: str) -> dict[str, str] | bool:
        from include.approval import draft_to_decide

        with failing_for_good():
            return draft_to_decide(opened) or False

    @task(outlets=[RELEASE])
    def add_approved(answer: dict[str, object], drafted: dict[str, str]) -> str:
        from include.approval import carry_out

        with failing_for_good():
            return carry_out(answer, drafted["pack"])

    opened = open_run()
    drafted = draft(opened)
    decision = pack_approval(drafted)
    publishing_steps(opened) >> drafted
    add_approved(decision.output, drafted)


publish_board_pack_monthly()
