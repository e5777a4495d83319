"""A person is erased from every store, does not come back, and the proof can fail."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from include import audit
from include.doctor import examine
from include.erasure.erase import erase, resume
from include.erasure.stores import all_files, holds
from include.erasure.tombstones import Tombstones, key_file, pseudonym
from include.errors import InputError, IntegrityError, UsageError
from include.ingest import ingest_all
from include.ledger import AppliedDelivery, Ledger
from include.rebuild import lost_bronze
from include.settings import REPOSITORY, Settings
from tests.ingest.builder import change, delta

pytestmark = pytest.mark.slow

TWELVE = REPOSITORY / "tests" / "fixtures" / "twelve_people" / "landing"
# N0012 is merged into N0001: one person, with two PNC ids, a cohort spell and PNC events.
PERSON = {"N0001", "N0012", "1991/0004001H", "2002/0004012Q"}
CANARY = "Quetzalcanary"


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """The twelve, with a surname that stands nowhere else; delivered from outside."""
    folder = tmp_path / "landing"
    shutil.copytree(TWELVE, folder)
    _edit(folder / "police_records" / "20260920", "nominals.csv", ("Sample12,Person", f"{CANARY},Person"))
    _edit(folder / "police_records" / "20260920", "nominals.csv", ("Sample1,Person", f"{CANARY},Person"))
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", pseudonym_key_file=tmp_path / "keys" / "pseudonyms.key")


def _edit(delivery: Path, file: str, change: tuple[str, str]) -> None:
    """Change a file of a delivery, and its manifest with it."""
    import hashlib

    path = delivery / file
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))
    manifest = json.loads((delivery / "manifest.json").read_text())
    for one in manifest["files"]:
        if one["name"] == file:
            one["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            one["rows"] = len(path.read_text().splitlines()) - 1
    (delivery / "manifest.json").write_text(json.dumps(manifest))


def _next(landing: Path, delivery_id: str) -> Path:
    """The same delivery of police records again, a fortnight later."""
    folder = landing / "police_records" / delivery_id
    shutil.copytree(landing / "police_records" / "20260920", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    day = f"{delivery_id[:4]}-{delivery_id[4:6]}-{delivery_id[6:]}"
    manifest |= {"delivery_id": delivery_id, "extract_date": day}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _without_an_offence(landing: Path, delivery_id: str, offence_id: str) -> None:
    """A delta that deletes an offence and says nothing of who is linked to it."""
    with (landing / "police_records" / "20260920" / "offences.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["offence_id"] == offence_id]
    day = f"{delivery_id[:4]}-{delivery_id[4:6]}-{delivery_id[6:]}"
    delta({"offences": change("D", rows)}, delivery_id=delivery_id, extract_date=day).write(landing)


def canaries(settings: Settings) -> list[str]:
    """Search every file as a stranger would: raw bytes, and Parquet with its columns unpacked; independent code."""
    found = []
    for path in settings.data_dir.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        text = path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            text += str(pq.read_table(path).to_pydict())
        if any(canary in text for canary in (*PERSON, CANARY)):
            found.append(str(path.relative_to(settings.data_dir)))
    return found


def _rows(settings: Settings, source: str, entity: str) -> list[dict[str, object]]:
    path = settings.bronze_dir / source / entity / "20260920.parquet"
    return pq.read_table(path).to_pylist()


def test_nothing_is_left_and_everybody_else_is(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    before = _rows(settings, "police_records", "nominals")
    assert len(canaries(settings)) >= 8, "the search must find what is there"
    done = erase(settings, "N0001", "DPA-2026-17")
    assert canaries(settings) == []
    after = _rows(settings, "police_records", "nominals")
    assert [row["nominal_id"] for row in after] == [
        row["nominal_id"] for row in before if row["nominal_id"] not in PERSON
    ]
    assert done.taken_out["landing"] > 10
    assert done.files_searched > 20


def test_what_hangs_on_the_person_goes_and_what_does_not_stays(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    events, spells = _rows(settings, "idiom", "pnc_events"), _rows(settings, "idiom", "cohort_spells")
    erase(settings, "N0012", "DPA-2026-17")
    assert [row["event_id"] for row in _rows(settings, "idiom", "pnc_events")] == [
        row["event_id"] for row in events if row["pnc_id"] not in PERSON
    ]
    assert [row["spell_id"] for row in _rows(settings, "idiom", "cohort_spells")] == [
        row["spell_id"] for row in spells if row["nominal_id"] not in PERSON
    ]
    assert len(events) > len(_rows(settings, "idiom", "pnc_events")) > 0
    offences = _rows(settings, "police_records", "offences")
    assert len(offences) == len(
        pq.read_table(settings.bronze_dir / "police_records/offences/20260920.parquet")
    )


def test_counts_still_add_up_and_the_delivery_is_still_the_one_that_came(
    settings: Settings, landing: Path
) -> None:
    ingest_all(settings, landing)
    (before,) = Ledger(settings.state_dir).applied("police_records")
    erase(settings, "N0001", "DPA-2026-17")
    (after,) = Ledger(settings.state_dir).applied("police_records")
    assert all(counts.adds_up for counts in after.files)
    assert after.identity != before.identity
    assert after.is_identity(before.identity)
    assert Ledger(settings.state_dir).journal.verify() > 0
    assert {one.status for one in ingest_all(settings, landing).outcomes} == {"repeated"}
    assert {one.status for one in ingest_all(settings, settings.landing_dir).outcomes} == {"repeated"}
    assert canaries(settings) == []


def _with_derived_deletions(settings: Settings, landing: Path) -> Path:
    """Take in the full delivery and two deltas that delete an offence of the person each; return bronze of one."""
    _without_an_offence(landing, "20260927", "O001")
    _without_an_offence(landing, "20261004", "O003")
    ingest_all(settings, landing)
    bronze = settings.bronze_dir / "police_records" / "offence_nominals" / "20261004.parquet"
    assert [(row["nominal_id"], row["_change_type"]) for row in pq.read_table(bronze).to_pylist()] == [
        ("N0012", "D")
    ]
    return bronze


def test_deletions_that_follow_from_a_deleted_offence_go_too(settings: Settings, landing: Path) -> None:
    bronze = _with_derived_deletions(settings, landing)
    erase(settings, "N0001", "DPA-2026-17")
    assert canaries(settings) == []
    assert not bronze.exists()
    assert lost_bronze(settings) == {}
    for one in Ledger(settings.state_dir).applied("police_records")[1:]:
        assert (one.file("offence_nominals"), one.was) == (None, ())
    assert {one.status for one in ingest_all(settings, landing).outcomes} == {"repeated"}


def test_cut_off_between_bronze_of_a_delta_and_its_line_it_is_made_again(
    settings: Settings, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_derived_deletions(settings, landing)
    record = Ledger.record_erased

    def cut_off(ledger: Ledger, delivery: AppliedDelivery) -> None:
        if delivery.mode == "delta":
            raise OSError("the plug is pulled")
        record(ledger, delivery)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record_erased", cut_off)
        with pytest.raises(OSError, match="pulled"):
            erase(settings, "N0001", "DPA-2026-17")
    assert lost_bronze(settings)
    key_file(settings).rename(key_file(settings).with_suffix(".away"))  # who looks needs no key
    assert ["--resume" in one.remedy for one in examine(settings) if one.state == "needs you"] == [True]
    key_file(settings).with_suffix(".away").rename(key_file(settings))
    assert resume(settings) is not None
    assert lost_bronze(settings) == {}
    assert canaries(settings) == []


def test_what_is_not_proven_is_named_and_can_be_finished(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    shutil.copytree(landing, settings.data_dir / "forgotten")
    with pytest.raises(IntegrityError, match="erase --resume"):
        erase(settings, "N0001", "DPA-2026-17")
    assert {one.status for one in ingest_all(settings, landing).outcomes} == {"repeated"}, "deliveries go on"
    assert ["--resume" in one.remedy for one in examine(settings) if one.state == "needs you"] == [True]
    assert "erasure" not in {entry.event for entry in audit.journal(settings)}
    shutil.rmtree(settings.data_dir / "forgotten")
    assert resume(settings) is not None
    assert "erasure" in {entry.event for entry in audit.journal(settings)}
    assert resume(settings) is None
    assert not [one for one in examine(settings) if one.state == "needs you"]


def test_a_later_delivery_does_not_bring_the_person_back(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    erase(settings, "N0001", "DPA-2026-17")
    _next(landing, "20261004")
    outcomes = {one.delivery_id: one.status for one in ingest_all(settings, landing).outcomes}
    assert outcomes["20261004"] == "applied"
    assert canaries(settings) == []
    last = Ledger(settings.state_dir).last_applied("police_records")
    assert last is not None
    assert all(counts.adds_up for counts in last.files)
    assert "left_out" in [entry.event for entry in audit.journal(settings)]


def test_nor_does_taking_everything_in_again(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    erase(settings, "N0001", "DPA-2026-17")
    for folder in ("landing", "bronze", "quarantine"):
        shutil.rmtree(settings.data_dir / folder, ignore_errors=True)
    (settings.state_dir / "ledger.jsonl").unlink()
    assert {one.status for one in ingest_all(settings, landing).outcomes} == {"applied"}
    assert canaries(settings) == []


def test_nor_does_a_nominal_that_is_merged_into_the_person_later(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    erase(settings, "N0001", "DPA-2026-17")
    folder = _next(landing, "20261004")
    added = (
        f"N0777,2003/0004013{'K'},{CANARY},Person,1988-04-12,M,W1,North,,N0001\n"
        "N0778,,Other,Person,1988-04-12,M,W1,North,,\n"
    )
    nominals = (folder / "nominals.csv").read_text().splitlines(keepends=True)
    _edit(folder, "nominals.csv", (nominals[1], nominals[1] + added))
    links = (folder / "offence_nominals.csv").read_text().splitlines(keepends=True)
    _edit(folder, "offence_nominals.csv", (links[1], links[1] + links[1].replace("N0001", "N0777")))
    assert [one.status for one in ingest_all(settings, landing).applied] == ["applied"]
    assert canaries(settings) == []
    assert Tombstones(settings).has("nominal", "N0777")
    assert not Tombstones(settings).has("nominal", "N0778")
    assert "N0777" not in "".join(
        path.read_text(errors="replace") for path in settings.landing_dir.rglob("*.csv")
    )


def test_nor_does_a_delivery_that_is_refused(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    erase(settings, "N0001", "DPA-2026-17")
    folder = _next(landing, "20261004")
    (folder / "nominals.csv").write_text((folder / "nominals.csv").read_text().replace("surname", "sur"))
    assert [one.status for one in ingest_all(settings, landing).refused] == ["refused"]
    assert list((settings.quarantine_dir / "police_records").rglob("nominals.csv"))
    assert canaries(settings) == []


def test_a_delivery_refused_before_is_searched_too(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    folder = _next(landing, "20261004")
    (folder / "nominals.csv").write_text((folder / "nominals.csv").read_text().replace("surname", "sur"))
    ingest_all(settings, landing)
    assert any(name.startswith("quarantine") for name in canaries(settings))
    erase(settings, "N0001", "DPA-2026-17")
    assert canaries(settings) == []


def test_again_is_a_no_op_that_proves_it_again(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    erase(settings, "N0001", "DPA-2026-17")
    bronze = {path: path.read_bytes() for path in settings.bronze_dir.rglob("*.parquet")}
    again = erase(settings, "N0001", "DPA-2026-17")
    assert again.taken_out == {}
    assert again.files_searched > 20
    assert {path: path.read_bytes() for path in settings.bronze_dir.rglob("*.parquet")} == bronze


def test_the_audit_line_and_the_tombstones_hold_no_erased_data(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    erase(settings, "N0001", "DPA-2026-17", by="Records manager")
    (entry,) = (entry for entry in audit.journal(settings) if entry.event == "erasure")
    assert entry.data["authority"] == "DPA-2026-17"
    assert entry.data["by"] == "Records manager"
    assert entry.data["person"] == pseudonym(settings, "audit", "N0001")
    assert pseudonym(settings, "audit", "N0001") != pseudonym(settings, "erasure/nominal", "N0001")
    assert audit.verify(settings) > 0


def test_without_its_key_nothing_is_taken_in(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    erase(settings, "N0001", "DPA-2026-17")
    key_file(settings).unlink()
    _next(landing, "20261004")
    with pytest.raises(IntegrityError, match="key of pseudonyms"):
        ingest_all(settings, landing)


def test_the_proof_can_fail(settings: Settings, landing: Path) -> None:
    ingest_all(settings, landing)
    erase(settings, "N0001", "DPA-2026-17")
    stones = Tombstones(settings)
    left = settings.data_dir / "state" / "somewhere.parquet"
    pq.write_table(pq.read_table(settings.bronze_dir / "police_records/nominals/20260920.parquet"), left)
    assert not any(holds(path, stones) for path in all_files(settings))
    shutil.copytree(landing, settings.data_dir / "forgotten")
    with pytest.raises(IntegrityError, match=r"forgotten/.*nominals\.csv"):
        erase(settings, "N0001", "DPA-2026-17")


@pytest.mark.parametrize(
    ("who", "authority", "error"), [("N0001", " ", UsageError), ("N9999", "DPA-2026-17", InputError)]
)
def test_what_is_asked_has_to_make_sense(
    settings: Settings, landing: Path, who: str, authority: str, error: type[Exception]
) -> None:
    ingest_all(settings, landing)
    with pytest.raises(error):
        erase(settings, who, authority)
    assert not Tombstones(settings)


_SCRIPT = """
import sys
from pathlib import Path
from include.erasure.erase import erase
from include.settings import Settings
erase(Settings(data_dir=Path(sys.argv[1]), pseudonym_key_file=Path(sys.argv[2])), "N0001", "DPA-2026-17")
"""


@pytest.mark.parametrize(
    "point", ["erase:begun", "erase:landing", "erase:history", "erase:released", "erase:proven"]
)
def test_killed_anywhere_it_can_be_finished_and_nobody_comes_back_meanwhile(
    settings: Settings, landing: Path, point: str
) -> None:
    ingest_all(settings, landing)
    killed = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(settings.data_dir), str(key_file(settings))],
        cwd=REPOSITORY,
        env={**os.environ, "HHW_FAIL_AT": point},
        check=False,
    )
    assert killed.returncode == -9
    if Tombstones(settings).is_pending:
        with pytest.raises(IntegrityError, match="cut off"):
            ingest_all(settings, landing)
    assert resume(settings) is not None
    assert resume(settings) is None
    assert canaries(settings) == []
    assert {one.status for one in ingest_all(settings, landing).outcomes} == {"repeated"}
