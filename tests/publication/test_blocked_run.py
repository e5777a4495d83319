"""From a killed run to a published one, to a blocked one, to an accepted one: the life of a data directory."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from include import pipeline
from include.errors import BlockedError
from include.ingest import ingest_all
from include.publication.release import release_in_force
from include.publication.verify import verify_all
from include.quality.acceptance import accept_delivery
from include.quality.delivery_checks import LOST
from include.runs import Outcome, RunRequest, list_runs, load_run, run_page
from include.settings import REPOSITORY, Settings

pytestmark = pytest.mark.slow
TWELVE = REPOSITORY / "tests" / "fixtures" / "twelve_people" / "landing"
DATES = "2026-09-06,2026-09-20"


def _publish(settings: Settings, key: str) -> str:
    run_id = pipeline.open_run(settings, RunRequest(run_dates=DATES), key=key)
    pipeline.run_steps(settings, run_id)
    return run_id


def _spoilt_delivery(landing: Path) -> None:
    """Deliver police_records again, with a person of the top N and six offences broken."""
    folder = landing / "police_records" / "20260920T120000"
    shutil.copytree(landing / "police_records" / "20260920", folder)
    _break(folder / "nominals.csv", "sex", lambda row: row["nominal_id"] == "N0001")
    _break(folder / "offences.csv", "domestic_abuse", lambda row: row["offence_id"] > "O012")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["delivery_id"] = folder.name
    for file in manifest["files"]:
        file["sha256"] = hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _break(path: Path, column: str, is_hit: object) -> None:
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if is_hit(row):  # type: ignore[operator]
            row[column] = "?"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_the_life_of_a_data_directory(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(TWELVE, landing)
    settings = Settings(data_dir=tmp_path / "data", landing=landing)
    ingest_all(settings)

    # Killed once the gate was passed: nothing is in force, and nothing is broken.
    killed = subprocess.run(
        [sys.executable, "-m", "include.cli", "publish", "--run-dates", DATES],
        env={**os.environ, "HHW_DATA_DIR": str(settings.data_dir), "HHW_FAIL_AT": "after:gate"},
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -9
    assert release_in_force(settings) is None
    (interrupted,) = list_runs(settings)
    assert interrupted.outcome is Outcome.RUNNING

    # The same run goes on where it was: it does not build again.
    pipeline.run_steps(settings, interrupted.run_id)
    record = load_run(settings, interrupted.run_id)
    assert record.outcome is Outcome.PUBLISHED
    assert [stage.note for stage in record.stages if stage.name == "build"] == [
        f"found done, by {record.run_id}"
    ]
    first = release_in_force(settings)
    files = verify_all(settings).files

    # A delivery with too many bad rows, one of them a person of the top N: blocked, and the run page says by what.
    _spoilt_delivery(landing)
    ingest_all(settings)
    with pytest.raises(BlockedError) as blocked:
        _publish(settings, "second")
    assert blocked.value.exit_code == 3
    assert release_in_force(settings) == first
    assert verify_all(settings).files == files
    record = list_runs(settings)[0]
    assert {check.name for check in record.verdict.blocking} >= {"police_records 20260920T120000", LOST}  # type: ignore[union-attr]
    page = run_page(settings, record.run_id).read_text()
    assert "hhw accept police_records 20260920T120000" in page
    assert "Blocked" in page

    # A named person answers for it: it publishes, with the acceptance printed as a warning.
    accept_delivery(
        settings, "police_records", "20260920T120000", "Inspector Example", "the source is mending it"
    )
    run_id = _publish(settings, "third")
    record = load_run(settings, run_id)
    assert record.outcome is Outcome.PUBLISHED
    assert "found done" in next(stage.note for stage in record.stages if stage.name == "build")
    assert any("Inspector Example" in check.detail for check in record.verdict.warnings)  # type: ignore[union-attr]
    assert release_in_force(settings) != first
    assert first in verify_all(settings).releases
