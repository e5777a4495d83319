"""What ``hhw status`` says: the release in force, what is late, the last runs and deliveries."""

from __future__ import annotations

from include.attention import needs_a_person
from include.deliveries import summarise_deliveries
from include.encryption import protection
from include.errors import HhwError
from include.freshness import check_freshness
from include.publication.release import read_release, release_folder, release_in_force
from include.runs import STOPPED, run_page, runs_as_they_are
from include.settings import Settings
from reports.outputs import OutputRecord
from reports.pack import said

_RUNS = 5
_DELIVERIES = 9


def report(settings: Settings) -> tuple[list[str], int]:
    """Return the lines to print and the exit code for a monitor.

    Returns:
        Lines, and 0 if everything is fresh and nothing needs a person, else 1; where the key of encryption at rest is
        amiss, the code of that.
    """
    lines = [f"Data directory: {settings.data_dir}"]
    in_force = release_in_force(settings)
    if in_force is None:
        lines.append("In force: nothing has been published yet.")
    else:
        release = read_release(release_folder(settings, in_force))
        lines.append(f"In force: {in_force}, as at {release.as_at}, published {release.published_at}")
        lines += [_output(record) for record in release.outputs]
        lines.append(f"Open: {settings.published_dir / 'current' / 'reports' / 'index.html'}")
    for run in runs_as_they_are(settings)[:_RUNS]:
        page = run_page(settings, run.run_id)
        where = f"  {page}" if run.outcome in STOPPED and page.exists() else ""
        lines.append(f"Run {run.run_id}  {run.started_at}  {run.outcome.value}{where}")
    for delivery in summarise_deliveries(settings)[-_DELIVERIES:]:
        told = f"Delivery {delivery.source} {delivery.delivery_id}: {delivery.status}"
        lines.append(told + (f"; {'; '.join(delivery.reasons)[:200]}" if delivery.reasons else ""))
    late, needed = check_freshness(settings), needs_a_person(settings)
    code = 1 if late or needed else 0
    try:
        lines.append(protection(settings))
    except HhwError as error:
        lines.append(f"ENCRYPTION AT REST: {error}")
        code = error.exit_code
    lines += [f"LATE: {one.message}" for one in late] or ["Nothing is late."]
    lines += [f"NEEDS YOU: {one.message}" for one in needed]
    return lines, code


def _output(record: OutputRecord) -> str:
    """Say of what date an output is, and what is to be done about a draft."""
    told = f"Output {record.name}: as at {record.as_at}, made for {record.release_id}"
    if record.decision is not None:
        return f"{told}. {said(record.decision)}"
    if record.needs_decision:
        return f"{told}. DRAFT {record.draft_sha256[:12]}: read it, then `hhw approve --by NAME`"
    return told
