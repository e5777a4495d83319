"""The run protocol without Airflow and dbt: real ingest, real publication, of a warehouse made beforehand."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from include.ingest import ingest_all
from include.ledger import Ledger
from include.lock import run_lock
from include.publication.publish import publish_build
from include.publication.release import read_release, release_in_force
from include.settings import Settings
from tests.faults.invariants import CANARY
from tests.ingest.builder import change, custody, delta, full, nominal
from tests.publication.build import EXPECTED, facts, make_build, verdict_on


def prebuilt(folder: Path) -> Path:
    """Make the build that every run of the suite publishes, once."""
    return make_build(Settings(data_dir=folder), "prebuilt")


def settings_of(data: Path) -> Settings:
    return Settings(data_dir=data, landing=None, threads=1, keep_releases=2, min_free_mb=0, min_free_files=0)


def first_landing(landing: Path) -> None:
    """Two sources in full, with a row that is put aside and its child."""
    police = full()
    police.files["nominals"] += [nominal(8, surname=CANARY), nominal(9, sex="x", surname=CANARY)]
    police.files["custody"].append(custody(9, 9))
    police.write(landing)
    full("idiom").write(landing)


def second_landing(landing: Path) -> None:
    """A week later: a delta with a deletion, a delivery that is refused, and one that came late."""
    delta(
        {"nominals": change("D", [nominal(1)]), "custody": change("I", [custody(10, 2)])},
    ).write(landing)
    full(delivery_id="20261004", extract_date="2026-10-04", raw={"custody.csv": b"\xff"}).write(landing)
    full("visor_summary").write(landing)
    full("idiom", delivery_id="20260901").write(landing)


def run(settings: Settings, landing: Path, build: Path) -> str:
    """Take in what there is, build (here: copy), check (here: known), publish. Return the release in force."""
    with run_lock(settings.state_dir):
        ingest_all(settings, landing)
        state = [(d.source, d.delivery_id, d.identity) for d in Ledger(settings.state_dir).applied()]
        release_id = f"20260920-{hashlib.sha256(repr(state).encode()).hexdigest()[:8]}"
        folder = settings.work_dir / f"b-{release_id}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(build, folder)
        publish_build(settings, facts(settings, folder, release_id), folder, verdict_on(folder), EXPECTED)
        return str(release_in_force(settings))


def lasting(settings: Settings) -> dict[str, object]:
    """What must come out the same however often a run was killed on the way."""
    data = settings.data_dir
    stores = (settings.bronze_dir, settings.quarantine_dir, settings.landing_dir)
    files = {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for store in stores
        for path in sorted(store.rglob("*"))
        if path.is_file()
    }
    known = Ledger(settings.state_dir)
    in_force = release_in_force(settings)
    return {
        "files": files,
        "applied": [(d.source, d.delivery_id, d.files, d.blocks) for d in known.applied()],
        "all": sorted((r.source, r.delivery_id, r.status, r.reasons) for r in known.deliveries()),
        "in force": in_force,
        "content": read_release(settings.published_dir / str(in_force)).content if in_force else {},
        "left": sorted(os.listdir(settings.published_dir)) if settings.published_dir.exists() else [],  # noqa: PTH208
    }
