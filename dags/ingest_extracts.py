"""# Take in the extracts.

## What it does
Looks for complete deliveries (a folder with its manifest), checks each one whole, row by row, and turns what
is accepted into bronze. One mapped task per delivery, one after the other, in the order of the contract.

## Inputs and outputs
In: `landing/<source>/<delivery>/`, and the folder that HHW_LANDING names (read only).
Out: bronze, quarantine with reports, the ledger; one asset per source that took something in; a heartbeat.

## Schedule and why
Every 15 minutes: sources deliver when they can, and a refusal should reach them the same hour. By hand at any
time. A delivery that is still being written has no manifest yet and is left alone.

## If it fails
Nothing of a delivery is loaded until its line is in the ledger, so a retry or a second start is harmless. A
*refused* delivery is not a failure: its report is in `quarantine/`, and what is published stays.

## Owner
Offender management data team.
"""

from __future__ import annotations

from airflow.sdk import AssetAlias, dag, task
from hhw_operators import failing_for_good
from hhw_wiring import BRONZE, DEFAULTS, START, Tag

TAKEN_IN = AssetAlias("bronze_taken_in")


@dag(
    dag_id="ingest_extracts",
    schedule="*/15 * * * *",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=[Tag.INGEST],
    doc_md=__doc__,
)
def ingest_extracts() -> None:
    """Wire find and ingest."""

    @task
    def find() -> list[dict[str, str]]:
        from include import intake
        from include.monitoring.heartbeats import beat
        from include.settings import get_settings

        with failing_for_good():
            found = intake.find(get_settings())
        beat(get_settings(), "ingest_extracts", found=len(found))
        return found

    @task(outlets=[TAKEN_IN], max_active_tis_per_dag=1)
    def ingest(delivery: dict[str, str], *, outlet_events: dict[object, object]) -> str:
        from include import intake
        from include.settings import get_settings

        with failing_for_good():
            status = intake.ingest(get_settings(), delivery["source"], delivery["delivery_id"])
        if status == "applied":
            outlet_events[TAKEN_IN].add(BRONZE[delivery["source"]])
        return status

    ingest.expand(delivery=find())


ingest_extracts()
