"""Deliveries among each other: order, repetition, superseded, waiting, and what else lies in a landing folder."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.errors import IntegrityError, LockedError, UsageError
from include.ingest import find_deliveries, ingest_all, ingest_delivery
from include.ingest import snapshot as snapshots
from include.journal import Journal
from include.settings import Settings

from .builder import change, delta, full, nominal
from .conftest import Place, counts_of


def snapshot(place: Place) -> dict[str, object]:
    return place.tree(place.data)


def test_all_sources(place: Place) -> None:
    for source in ("idiom", "police_records", "visor_summary"):
        full(source).write(place.landing)
    before = place.tree(place.landing)
    lines: list[str] = []
    summary = ingest_all(place.settings, place.landing, lines.append)
    assert {outcome.source: outcome.status for outcome in summary.outcomes} == dict.fromkeys(
        ("idiom", "police_records", "visor_summary"), "applied"
    )
    assert len(lines) == 3
    assert place.tree(place.landing) == before
    for outcome in summary.outcomes:
        assert all(counts.loaded == counts.rows > 0 for counts in outcome.files)
        taken = place.tree(place.settings.landing_dir / outcome.source / outcome.delivery_id)
        assert {name: item[2] for name, item in taken.items()} == {
            name: item[2]
            for name, item in place.tree(place.landing / outcome.source / outcome.delivery_id).items()
        }
    events = [entry.event for entry in Journal(place.settings.state_dir / "audit.jsonl")]
    assert events == ["collection"] * 3
    place.ledger.journal.verify()


def test_what_lies_on_a_share_is_read_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    plain_file = snapshots._plain_file

    def noted(path: Path, name: str, target: Path | None) -> snapshots.Item:
        read.append(name)
        return plain_file(path, name, target)

    monkeypatch.setattr(snapshots, "_plain_file", noted)
    delivery = full().write(place.landing)
    assert place.outcome().status == "applied"
    assert sorted(read) == sorted(path.name for path in delivery.iterdir())


def test_the_same_again_is_a_no_op(place: Place) -> None:
    place.take(full())
    before = snapshot(place)
    assert place.outcome().status == "repeated"
    assert snapshot(place) == before
    shutil.copytree(place.landing / "police_records", place.landing / "copy")
    shutil.rmtree(place.landing / "police_records")
    (place.landing / "copy").rename(place.landing / "police_records")
    assert place.outcome().status == "repeated"
    assert snapshot(place) == before


def test_other_spacing_is_the_same(place: Place) -> None:
    folder = full().write(place.landing)
    place.run()
    bronze, landing = place.tree(place.settings.bronze_dir), place.tree(place.settings.landing_dir)
    path = folder / "manifest.json"
    body = json.loads(path.read_text())
    body["files"].reverse()
    for item in body["files"]:
        item["sha256"] = item["sha256"].upper()
    path.write_text(json.dumps(dict(reversed(body.items())), indent=7))
    assert place.outcome().status == "repeated"
    assert place.outcome().status == "repeated"
    assert (place.tree(place.settings.bronze_dir), place.tree(place.settings.landing_dir)) == (
        bronze,
        landing,
    )
    assert [record.status for record in place.ledger.deliveries()] == ["applied", "repeated"]


@pytest.mark.parametrize("extract_date", ["2026-09-20", "2026-12-31", "2020-01-01"])
def test_superseded_whatever_its_date(place: Place, extract_date: str) -> None:
    place.take(full())
    bronze = place.tree(place.settings.bronze_dir)
    outcome = place.take(full(delivery_id="20260919T235959", extract_date=extract_date))
    assert (outcome.status, outcome.is_new) == ("superseded", True)
    again = place.outcome("police_records", "20260919T235959")
    assert (again.status, again.is_new) == ("superseded", False)
    assert place.tree(place.settings.bronze_dir) == bronze
    assert (place.settings.landing_dir / "police_records" / "20260919T235959" / "manifest.json").is_file()
    assert [record.status for record in place.ledger.deliveries()] == ["applied", "superseded"]


def test_superseded_delta_and_superseded_broken(place: Place) -> None:
    place.take(full())
    assert place.take(delta({}, delivery_id="20260101")).status == "superseded"
    broken = full(delivery_id="20260102")
    broken.counts["custody.csv"] = 7
    broken.raw["custody.csv"] = b"\xff"
    folder = broken.write(place.landing)
    (folder / "custody.csv").write_bytes(b"\xfe")
    assert place.outcome("police_records", "20260102").status == "refused"


def test_superseded_and_killed_before_it_was_written_down(place: Place) -> None:
    """What a killed run left in landing is not taken for an earlier delivery of the id: nothing is kept twice."""
    place.take(full())
    late = full(delivery_id="20260901")
    late.write(place.settings.landing_dir)
    place.settings.landing_dir.chmod(0o700)
    assert place.take(late).status == "superseded"
    assert not list(place.settings.quarantine_dir.glob("police_records/20260901*"))
    assert (
        place.tree(late.folder(place.settings.landing_dir)).keys()
        == place.tree(late.folder(place.landing)).keys()
    )


def test_an_id_with_a_time_sorts_after_the_day(place: Place) -> None:
    first, second = full(delivery_id="20260920T063000"), full(delivery_id="20260920", files={"custody": []})
    second.write(place.landing)
    first.write(place.landing)
    assert [outcome.delivery_id for outcome in place.run().outcomes] == ["20260920", "20260920T063000"]
    assert [delivery.delivery_id for delivery in place.ledger.applied()] == ["20260920", "20260920T063000"]


def test_earlier_deliveries_go_first(place: Place) -> None:
    full().write(place.landing)
    delta({"nominals": change("I", [nominal(9)])}).write(place.landing)
    refs = find_deliveries(place.settings, place.landing)
    assert [ref.delivery_id for ref in refs] == ["20260920", "20260927"]
    assert ingest_delivery(place.settings, refs[1]).status == "applied"
    assert [delivery.delivery_id for delivery in place.ledger.applied()] == ["20260920", "20260927"]
    assert ingest_delivery(place.settings, refs[0]).status == "repeated"
    assert ingest_delivery(place.settings, refs[1]).status == "repeated"


def test_waiting(place: Place) -> None:
    folder = full().write(place.landing)
    (folder / "manifest.json").unlink()
    before = place.tree(place.landing)
    summary = place.run()
    assert summary.outcomes == ()
    (ref,) = summary.waiting
    assert (ref.delivery_id, ref.is_overdue) == ("20260920", False)
    old = time.time() - 24 * 3600 - 60
    os.utime(folder, (old, old))
    (late,) = place.run().overdue
    assert late.waited_hours == 24.0
    assert ingest_delivery(place.settings, late).status == "waiting"
    assert place.tree(place.landing) == before
    assert not place.ledger.deliveries()
    full().write(place.landing)
    assert place.outcome().status == "applied"


def test_manifest_that_links_nowhere_is_no_waiting(place: Place) -> None:
    folder = full().write(place.landing)
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").symlink_to("nowhere")
    assert place.outcome().status == "refused"


def test_junk_is_named_and_left(place: Place) -> None:
    full().write(place.landing)
    (place.landing / "README.txt").write_text("x")
    (place.landing / ".snapshot").mkdir()
    (place.landing / "police_records" / "notes\n.txt").write_text("x")
    (place.landing / "police_records" / "latest").symlink_to("20260920")
    summary = place.run()
    assert len(summary.applied) == 1
    assert sorted(summary.ignored) == [
        ".snapshot is no source folder",
        "README.txt is no source folder",
        "police_records/latest is no delivery folder",
        "police_records/notes\\n.txt is no delivery folder",
    ]


def test_landing_given_one_level_too_low(place: Place) -> None:
    full().write(place.landing)
    place.landing = place.landing / "police_records"
    summary = place.run()
    assert summary.outcomes == ()
    assert "LANDING is the folder above" in summary.ignored[0]


def test_folders_of_no_source_do_not_wait(place: Place) -> None:
    (place.landing / "lost+found" / "a").mkdir(parents=True)
    summary = place.run()
    assert summary.waiting == ()
    assert summary.ignored == ("lost+found/a is no delivery folder",)


def test_a_source_that_cannot_be_read_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    full().write(place.landing)
    full("idiom").write(place.landing)
    real = Path.iterdir

    def fails(folder: Path) -> Iterator[Path]:
        if folder == place.landing / "idiom":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(folder)

    monkeypatch.setattr(Path, "iterdir", fails)
    summary = place.run()
    assert [outcome.source for outcome in summary.applied] == ["police_records"]
    assert summary.ignored == ("idiom cannot be read (Permission denied)",)


def test_a_full_disk_stops_cleanly(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    full().write(place.landing)
    real = os.fsync
    left = [0]

    def fails(handle: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", fails)
    status, failures = "", []
    for step in range(1, 120, 3):
        left[0] = step
        try:
            status = place.outcome().status
        except IntegrityError as error:
            failures.append(error.message)
            assert not place.ledger.applied()
        else:
            break
    assert status == "applied"
    assert len(failures) > 5
    assert all("No space left on device" in message for message in failures)
    place.ledger.journal.verify()


def test_a_pipe_with_the_name_of_a_delivery(place: Place) -> None:
    (place.landing / "police_records").mkdir()
    os.mkfifo(place.landing / "police_records" / "20260920")
    assert [fault.code for fault in place.outcome().faults] == ["not_a_folder"]


def test_landing_that_is_not_there(place: Place) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        ingest_all(place.settings, place.landing / "gone")


def test_nothing_to_do(place: Place) -> None:
    assert place.run().outcomes == ()
    assert ingest_all(place.settings).outcomes == ()


def test_the_own_landing_folder(place: Place) -> None:
    own = Settings(data_dir=place.data, landing=None, threads=1)
    folder = full().write(own.landing_dir)
    for path in (own.landing_dir, folder.parent):
        path.chmod(0o700)
    assert ingest_all(own).applied
    before = snapshot(place)
    assert [outcome.status for outcome in ingest_all(own).outcomes] == ["repeated"]
    assert snapshot(place) == before


def test_another_run_at_work(place: Place) -> None:
    full().write(place.landing)
    held = "\n".join(
        [
            "import sys, time, pathlib, include.lock",
            "with include.lock.run_lock(pathlib.Path(sys.argv[1])):",
            "    print('held', flush=True); time.sleep(60)",
        ]
    )
    with subprocess.Popen(
        [sys.executable, "-c", held, str(place.settings.state_dir)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(LockedError):
            place.run()
        other.kill()
    assert not (place.data / "bronze").exists()


def test_missing_bronze_is_not_taken_for_an_empty_state(place: Place) -> None:
    place.take(full())
    (place.settings.bronze_dir / "police_records" / "nominals" / "20260920.parquet").unlink()
    delta({"nominals": change("I", [nominal(9)])}).write(place.landing)
    with pytest.raises(IntegrityError, match="nominals"):
        place.run()
    full().write(place.settings.data_dir / "again")
    assert len(place.ledger.applied()) == 1
    # for the check of the fixture: put it back
    shutil.rmtree(place.settings.data_dir)


def test_bronze_is_typed_and_in_the_order_of_the_contract(place: Place) -> None:
    import pyarrow.parquet as pq

    for source in ("idiom", "police_records", "unit_decisions", "visor_summary"):
        full(source).write(place.landing)
    place.run()
    from include.contract import SOURCES

    types = {
        "VARCHAR": "string",
        "DATE": "date32[day]",
        "BIGINT": "int64",
        "DECIMAL(14,2)": "decimal128(14, 2)",
    }
    for source in SOURCES.values():
        for entity in source:
            path = place.settings.bronze_dir / source.name / entity.name / "20260920.parquet"
            schema = pq.read_schema(path)
            expected = [(column.name, types[column.bronze_type]) for column in entity.columns]
            expected += [("_delivery_id", "string"), ("_change_type", "string"), ("_line", "int64")]
            assert [(field.name, str(field.type)) for field in schema] == expected


def test_bronze_is_the_same_to_the_byte(place: Place, tmp_path: Path) -> None:
    full().write(place.landing)
    place.run()
    other = Settings(data_dir=tmp_path / "other", landing=None, threads=2)
    ingest_all(other, place.landing)
    assert place.tree(other.bronze_dir) == place.tree(place.settings.bronze_dir)


def test_counts_of_the_twelve_people(place: Place) -> None:
    sample = Path(__file__).resolve().parent.parent / "fixtures" / "twelve_people" / "landing"
    summary = ingest_all(place.settings, sample)
    assert [outcome.status for outcome in summary.outcomes] == ["applied"] * 3
    police = next(outcome for outcome in summary.outcomes if outcome.source == "police_records")
    assert counts_of(police, "offence_nominals").loaded == 19
    assert not any(counts.quarantined for outcome in summary.outcomes for counts in outcome.files)
