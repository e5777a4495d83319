"""The first row of "What bad input gets": the delivery is refused, put aside with a report, nothing changes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from include.ingest.faults import DeliveryFaultError
from include.ingest.read_csv import check_bytes

from .builder import Delivery, change, delta, full, nominal
from .conftest import Place

Break = Callable[[Path], None]


def refused(place: Place, delivery: Delivery, code: str, file: str | None = None, **where: object) -> None:
    """Run, and hold the refusal against everything that is promised about it."""
    before = place.tree(place.landing)
    applied = place.ledger.applied()
    outcome = place.outcome(delivery.source, delivery.delivery_id)
    assert outcome.status == "refused", outcome
    found = [fault for fault in outcome.faults if fault.code == code]
    assert found, outcome.reasons
    if file is not None:
        assert file in {fault.file for fault in found}
    for name, value in where.items():
        assert value in {getattr(fault, name) for fault in found}
    assert place.tree(place.landing) == before
    assert place.ledger.applied() == applied
    report = place.report(outcome)
    assert any(fault["rule"] == code and fault["remedy"] and fault["sentence"] for fault in report["faults"])
    assert not place.bronze("nominals", delivery.delivery_id)
    again = place.outcome(delivery.source, delivery.delivery_id)
    assert (again.status, again.is_new) == ("refused", False)
    assert len([record for record in place.ledger.deliveries() if record.status == "refused"]) == 1
    assert place.tree(place.landing) == before


def remanifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def relist(folder: Path, position: int, **changes: object) -> None:
    path = folder / "manifest.json"
    body = json.loads(path.read_text())
    body["files"][position] |= changes
    path.write_text(json.dumps(body))


def drop_key(folder: Path, key: str) -> None:
    path = folder / "manifest.json"
    body = json.loads(path.read_text())
    del body[key]
    path.write_text(json.dumps(body))


def rewrite(text: str) -> Break:
    return lambda folder: (
        (folder / "manifest.json").write_bytes(text.encode("utf-8", "surrogatepass")) and None
    )


def list_twice(folder: Path) -> None:
    path = folder / "manifest.json"
    body = json.loads(path.read_text())
    body["files"].append(body["files"][0])
    path.write_text(json.dumps(body))


def repeat_key(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text('{"mode": "full",' + path.read_text()[1:])


MANIFESTS: dict[str, tuple[str, Break]] = {
    "not JSON": ("manifest_json", rewrite("{")),
    "empty": ("manifest_json", rewrite("")),
    "trailing text": ("manifest_json", lambda f: rewrite((f / "manifest.json").read_text() + "x")(f)),
    "a list": ("manifest_json", rewrite("[]")),
    "NaN": (
        "manifest_json",
        lambda f: rewrite((f / "manifest.json").read_text().replace('"rows": 3', '"rows": NaN'))(f),
    ),
    "nested": ("manifest_json", rewrite("[" * 100_000)),
    "a number of 5,000 digits": ("manifest_json", rewrite('{"rows": ' + "9" * 5_000 + "}")),
    "UTF-16": (
        "manifest_json",
        lambda f: (
            (f / "manifest.json").write_bytes((f / "manifest.json").read_text().encode("utf-16")) and None
        ),
    ),
    "byte order mark": ("manifest_json", lambda f: rewrite("\ufeff" + (f / "manifest.json").read_text())(f)),
    "too big": (
        "manifest_unreadable",
        lambda f: rewrite((f / "manifest.json").read_text() + " " * 2_000_000)(f),
    ),
    "a key twice": ("manifest_key_repeated", repeat_key),
    "unknown key": ("manifest_key_unknown", lambda f: remanifest(f, comment="x")),
    **{
        f"lacks {key}": ("manifest_key_missing", lambda f, key=key: drop_key(f, key))
        for key in ("contract_version", "source", "delivery_id", "extract_date", "mode", "files")
    },
    "unknown key of a file": ("manifest_key_unknown", lambda f: relist(f, 0, size=3)),
    "rows as text": ("manifest_value", lambda f: relist(f, 0, rows="3")),
    "rows as float": ("manifest_value", lambda f: relist(f, 0, rows=3.0)),
    "rows true": ("manifest_value", lambda f: relist(f, 0, rows=True)),
    "rows negative": ("manifest_value", lambda f: relist(f, 0, rows=-1)),
    "sha256 short": ("manifest_value", lambda f: relist(f, 0, sha256="abc")),
    "sha256 a number": ("manifest_value", lambda f: relist(f, 0, sha256=7)),
    "files an object": ("manifest_value", lambda f: remanifest(f, files={})),
    "a file a text": ("manifest_value", lambda f: remanifest(f, files=["nominals.csv"])),
    "mode unknown": ("manifest_value", lambda f: remanifest(f, mode="partial")),
    "mode null": ("manifest_value", lambda f: remanifest(f, mode=None)),
    "extract_date not real": ("manifest_value", lambda f: remanifest(f, extract_date="2026-02-30")),
    "extract_date other form": ("manifest_value", lambda f: remanifest(f, extract_date="20260920")),
    "extract_date too early": ("manifest_value", lambda f: remanifest(f, extract_date="1899-12-31")),
    "version": ("contract_version", lambda f: remanifest(f, contract_version="1.1")),
    "version a number": ("manifest_value", lambda f: remanifest(f, contract_version=1.0)),
    "source of another folder": ("folder_name", lambda f: remanifest(f, source="idiom")),
    "id of another folder": ("folder_name", lambda f: remanifest(f, delivery_id="20260921")),
    "file listed twice": ("file_listed_twice", list_twice),
    "unknown file": ("file_unknown", lambda f: relist(f, 0, name="people.csv")),
    "file of another source": ("file_unknown", lambda f: relist(f, 0, name="managers.csv")),
    "leaves the folder": ("file_unknown", lambda f: relist(f, 0, name="../nominals.csv")),
    "absolute": ("file_unknown", lambda f: relist(f, 0, name="/etc/passwd")),
    "upper case": ("file_unknown", lambda f: relist(f, 0, name="Nominals.csv")),
    "glob": ("file_unknown", lambda f: relist(f, 0, name="nominal[s].csv")),
    "newline in name": ("file_unknown", lambda f: relist(f, 0, name="nominals.csv\n")),
    "NUL in name": ("file_unknown", lambda f: relist(f, 0, name="nominals.csv\0")),
    "lone surrogate in name": ("file_unknown", lambda f: relist(f, 0, name="nominals\ud800.csv")),
    "required file not listed": (
        "file_required",
        lambda f: remanifest(f, files=json.loads((f / "manifest.json").read_text())["files"][1:]),
    ),
    "wrong row count": ("row_count", lambda f: relist(f, 0, rows=4)),
    "wrong checksum": ("checksum", lambda f: relist(f, 0, sha256="0" * 64)),
}


@pytest.mark.parametrize(("code", "spoil"), MANIFESTS.values(), ids=MANIFESTS.keys())
def test_manifest(place: Place, code: str, spoil: Break) -> None:
    delivery = full()
    spoil(delivery.write(place.landing))
    refused(place, delivery, code)


FOLDERS: dict[str, tuple[str, str | None, Break]] = {
    "listed file missing": ("file_missing", "custody.csv", lambda f: (f / "custody.csv").unlink()),
    "unlisted file": ("file_unlisted", "notes.txt", lambda f: (f / "notes.txt").write_text("x") and None),
    "unlisted hidden file": (
        "file_unlisted",
        ".DS_Store",
        lambda f: (f / ".DS_Store").write_text("x") and None,
    ),
    "unlisted folder": ("file_unlisted", "more", lambda f: (f / "more").mkdir()),
    "unlisted Parquet twin": (
        "file_unlisted",
        "custody.parquet",
        lambda f: (f / "custody.parquet").write_text("x") and None,
    ),
    "unlisted report of our own name": (
        "file_unlisted",
        "report.json",
        lambda f: (f / "report.json").write_text("x") and None,
    ),
    "unlisted link": ("link", "passwd", lambda f: (f / "passwd").symlink_to("/etc/passwd")),
    "unlisted broken link": ("link", "gone", lambda f: (f / "gone").symlink_to("/nowhere")),
    "unlisted pipe": ("file_unlisted", "pipe", lambda f: os.mkfifo(f / "pipe")),
    "odd name": (
        "file_unlisted",
        "a\\nb\\u202e.csv",
        lambda f: (f / "a\nb\u202e.csv").write_text("x") and None,
    ),
    "name that is not UTF-8": (
        "file_unlisted",
        "\\udcff.csv",
        lambda f: (f / os.fsdecode(b"\xff.csv")).write_text("x") and None,
    ),
    "manifest is a link": ("link", "manifest.json", lambda f: as_link(f / "manifest.json")),
    "manifest is a folder": ("not_a_file", "manifest.json", lambda f: as_folder(f / "manifest.json")),
    "manifest is a pipe": ("not_a_file", "manifest.json", lambda f: as_pipe(f / "manifest.json")),
    "listed file is a link": ("link", "custody.csv", lambda f: as_link(f / "custody.csv")),
    "listed file is a link to itself": ("link", "custody.csv", lambda f: as_loop(f / "custody.csv")),
    "listed file is a pipe": ("not_a_file", "custody.csv", lambda f: as_pipe(f / "custody.csv")),
    "listed file is a folder": ("not_a_file", "custody.csv", lambda f: as_folder(f / "custody.csv")),
    "deep folders": ("file_unlisted", "a", lambda f: (f / "/".join("a" * 40)).mkdir(parents=True)),
}


def as_link(path: Path) -> None:
    target = path.parent.parent.parent.parent / f"elsewhere-{path.name}"
    path.rename(target)
    path.symlink_to(target)


def as_loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(("code", "file", "spoil"), FOLDERS.values(), ids=FOLDERS.keys())
def test_folder(place: Place, code: str, file: str | None, spoil: Break) -> None:
    delivery = full()
    spoil(delivery.write(place.landing))
    refused(place, delivery, code, file)


def test_link_is_quarantined_and_not_its_target(place: Place) -> None:
    folder = full().write(place.landing)
    (folder / "secret").symlink_to("/etc/passwd")
    outcome = place.outcome()
    assert outcome.quarantine is not None
    kept = outcome.quarantine / "delivery" / "secret"
    assert kept.is_symlink()
    assert str(kept.readlink()) == "/etc/passwd"


def test_socket(place: Place) -> None:
    import socket

    delivery = full()
    folder = delivery.write(place.landing)
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(folder)
        try:
            made.bind("s")
        finally:
            os.chdir(here)
        refused(place, delivery, "file_unlisted", "s")


def raw(entity: str, content: bytes, rows: int | None = None) -> Delivery:
    delivery = full()
    name = f"{entity}.csv"
    delivery.raw[name] = content
    delivery.counts[name] = len(delivery.files[entity]) if rows is None else rows
    return delivery


CUSTODY = full().csv("custody")
HEAD, FIRST, *REST = CUSTODY.splitlines(keepends=True)
FILES: dict[str, tuple[str, bytes, dict[str, object]]] = {
    "zero bytes": ("zero_bytes", b"", {}),
    "byte order mark only": ("column_missing", b"\xef\xbb\xbf", {}),
    "line ends only": ("column_missing", b"\n\r\n", {}),
    "Windows-1252": ("encoding", HEAD + FIRST.replace(b"sentence", b"caf\xe9") + b"".join(REST), {"line": 2}),
    "UTF-16 with mark": ("encoding", CUSTODY.decode().encode("utf-16"), {"line": 1}),
    "UTF-16 without mark": ("nul_byte", CUSTODY.decode().encode("utf-16-le"), {"line": 1}),
    "surrogate in UTF-8": ("encoding", CUSTODY + b"\xed\xa0\x80", {"line": 5}),
    "overlong UTF-8": ("encoding", CUSTODY + b"\xc0\xaf", {"line": 5}),
    "cut in a character": ("encoding", CUSTODY + b"\xe2\x82", {"line": 5}),
    "NUL byte": ("nul_byte", CUSTODY.replace(b"C2", b"C\0"), {"line": 3}),
    "unterminated quote at the end": (
        "unterminated_quote",
        CUSTODY + b'C9,"N1,2025-01-01,,remand,\n',
        {"line": 5},
    ),
    "unterminated quote in the middle": ("unterminated_quote", CUSTODY.replace(b"C2,", b'"C2,'), {"line": 3}),
    "unterminated quote before quoted rows": (
        "unterminated_quote",
        CUSTODY.replace(b"C1,", b'"C1,').replace(b"C3,", b'"C3",'),
        {"line": 2},
    ),
    "unterminated quote in the header": ("unterminated_quote", b'"' + CUSTODY, {"line": 1}),
    "only a quote": ("unterminated_quote", b'"', {"line": 1}),
    "old Mac line ends": ("lone_cr", CUSTODY.replace(b"\n", b"\r"), {"line": 1}),
    "one lone carriage return": ("lone_cr", CUSTODY.replace(b"C2", b"\rC2"), {"line": 3}),
    "double carriage return": ("lone_cr", CUSTODY.replace(b"\n", b"\r\r\n"), {"line": 1}),
    "carriage return at the end": ("lone_cr", CUSTODY.rstrip(b"\n") + b"\r", {"line": 4}),
    "line of more than 1 MB": ("line_too_long", CUSTODY + b"C9," + b"x" * 1_048_576 + b",,,,\n", {"line": 5}),
    "line of more than 1 MB in quotes": (
        "line_too_long",
        CUSTODY + b'C9,"' + b"x" * 1_048_576 + b'",,,,\n',
        {"line": 5},
    ),
    "line of more than 1 MB without end": ("line_too_long", CUSTODY + b"x" * 1_048_577, {"line": 5}),
    "column missing": (
        "column_missing",
        CUSTODY.replace(b"sentence_days", b"custody_id"),
        {"column": "sentence_days"},
    ),
    "column repeated": (
        "column_repeated",
        CUSTODY.replace(b"sentence_days", b"custody_id"),
        {"column": "custody_id"},
    ),
    "column unknown": ("column_unknown", CUSTODY.replace(b"sentence_days", b"days"), {"column": "days"}),
    "column in upper case": (
        "column_unknown",
        CUSTODY.replace(b"sentence_days", b"Sentence_days"),
        {"column": "column 6"},
    ),
    "column with a space": (
        "column_unknown",
        CUSTODY.replace(b"custody_id", b" custody_id"),
        {"column": "column 1"},
    ),
    "column without a name": (
        "column_unknown",
        CUSTODY.replace(b"sentence_days", b"sentence_days,"),
        {"column": "column 7"},
    ),
    "change_type in a full delivery": (
        "column_unknown",
        CUSTODY.replace(b"sentence_days", b"change_type"),
        {"column": "change_type"},
    ),
    "no header": ("column_missing", FIRST + b"".join(REST), {"column": "custody_id"}),
    "two byte order marks": ("column_missing", b"\xef\xbb\xbf" * 2 + CUSTODY, {"column": "custody_id"}),
    "a row fewer": ("row_count", b"".join([HEAD, FIRST, REST[0]]), {}),
    "a row more": ("row_count", CUSTODY + FIRST.replace(b"C1", b"C9"), {}),
    "cut at a line end": ("row_count", HEAD, {}),
}


@pytest.mark.parametrize(("code", "content", "where"), FILES.values(), ids=FILES.keys())
def test_file(place: Place, code: str, content: bytes, where: dict[str, object]) -> None:
    delivery = raw("custody", content)
    delivery.write(place.landing)
    refused(place, delivery, code, "custody.csv", **where)


def test_header_of_data_does_not_get_into_the_ledger(place: Place) -> None:
    delivery = full()
    delivery.raw["nominals.csv"] = b"\n".join(full().csv("nominals").splitlines()[1:]) + b"\n"
    delivery.counts["nominals.csv"] = 2
    delivery.write(place.landing)
    refused(place, delivery, "column_unknown", "nominals.csv")
    assert "Sample1" not in (place.settings.state_dir / "ledger.jsonl").read_text()


def test_many_columns_need_no_lines_as_many(place: Place) -> None:
    delivery = full()
    delivery.raw["custody.csv"] = b"," * 90_000 + b"\n"
    delivery.counts["custody.csv"] = 0
    folder = delivery.write(place.landing)
    for number in range(40):
        (folder / f"{number}.txt").write_text("x")
    outcome = place.outcome()
    assert len(outcome.faults) < 60
    (folder / "0.txt").unlink()
    for number in range(1, 40):
        (folder / f"{number}.txt").unlink()
    assert any(fault.detail == "and 89981 more" for fault in place.outcome().faults)


def test_every_fault_of_every_file_is_told(place: Place) -> None:
    delivery = full()
    delivery.raw |= {"custody.csv": CUSTODY.replace(b"sentence_days", b"days"), "offences.csv": b"\xff"}
    delivery.counts |= {"custody.csv": 3, "offences.csv": 3}
    outcome = place.take(delivery)
    assert {(fault.code, fault.file) for fault in outcome.faults} == {
        ("column_missing", "custody.csv"),
        ("column_unknown", "custody.csv"),
        ("encoding", "offences.csv"),
    }


def test_faults_of_the_folder_do_not_hide_those_of_the_files(place: Place) -> None:
    delivery = full(
        raw={"custody.csv": CUSTODY.replace(b"sentence_days", b"days")}, counts={"custody.csv": 3}
    )
    folder = delivery.write(place.landing)
    (folder / "notes.txt").write_text("x")
    (folder / "offences.csv").unlink()
    codes = [fault.code for fault in place.outcome().faults]
    assert codes == ["file_missing", "file_unlisted", "column_missing", "column_unknown"]


def test_delta_first(place: Place) -> None:
    delivery = delta({"nominals": change("I", [nominal(9)])})
    delivery.write(place.landing)
    refused(place, delivery, "delta_first")


def test_delta_first_is_taken_after_a_full_one(place: Place) -> None:
    delivery = delta({"nominals": change("I", [nominal(9)])})
    assert place.take(delivery).status == "refused"
    full().write(place.landing)
    statuses = [outcome.status for outcome in place.run().outcomes]
    assert statuses == ["applied", "applied"]
    assert not list(place.settings.quarantine_dir.glob("*/*/delivery"))


def test_extract_date_back(place: Place) -> None:
    assert place.take(full()).status == "applied"
    later = full(delivery_id="20260927", extract_date="2026-09-19")
    later.write(place.landing)
    refused(place, later, "extract_date_back")


def test_extract_date_may_stay(place: Place) -> None:
    assert place.take(full()).status == "applied"
    assert place.take(full(delivery_id="20260920T120000")).status == "applied"


def test_id_reused(place: Place) -> None:
    assert place.take(full()).status == "applied"
    shutil.rmtree(place.landing / "police_records")
    other = full(files={"custody": []})
    other.write(place.landing)
    before = place.tree(place.settings.landing_dir)
    applied = place.ledger.applied()
    outcome = place.outcome()
    assert [fault.code for fault in outcome.faults] == ["id_reused"]
    assert place.ledger.applied() == applied
    assert place.tree(place.settings.landing_dir) == before


def test_applied_delivery_whose_bytes_changed_under_the_same_manifest(place: Place) -> None:
    assert place.take(full()).status == "applied"
    path = place.landing / "police_records" / "20260920" / "custody.csv"
    path.write_bytes(path.read_bytes().replace(b"C1", b"C7"))
    assert [fault.code for fault in place.outcome().faults] == ["checksum"]


def test_unknown_source(place: Place) -> None:
    folder = full().write(place.landing)
    (place.landing / "niche").mkdir()
    folder.rename(place.landing / "niche" / "20260920")
    (outcome,) = place.run().outcomes
    assert outcome.status == "refused"
    assert "source_unknown" in {fault.code for fault in outcome.faults}


@pytest.mark.parametrize(
    "name", ["2026-09-20", "20260920T12", "20260920 ", "٢٠٢٦٠٩٢٠", "20260920\n", "x" * 255]
)
def test_id_of_another_form(place: Place, name: str) -> None:
    folder = full().write(place.landing)
    folder.rename(folder.with_name(name))
    remanifest(folder.with_name(name), delivery_id=name)
    (outcome,) = place.run().outcomes
    assert outcome.status == "refused"
    assert "delivery_id_form" in {fault.code for fault in outcome.faults}
    assert "\n" not in outcome.sentence


def test_delivery_that_is_a_link(place: Place) -> None:
    folder = full().write(place.landing)
    moved = place.landing.parent / "moved"
    folder.rename(moved)
    folder.symlink_to(moved)
    outcome = place.outcome()
    assert [fault.code for fault in outcome.faults] == ["link"]
    assert outcome.quarantine is not None
    assert (outcome.quarantine / "delivery").is_symlink()


def test_source_that_is_a_link(place: Place) -> None:
    full().write(place.landing)
    moved = place.landing.parent / "moved"
    (place.landing / "police_records").rename(moved)
    (place.landing / "police_records").symlink_to(moved)
    (outcome,) = place.run().outcomes
    assert "link" in {fault.code for fault in outcome.faults}
    assert not place.ledger.applied()


def test_a_refused_id_may_be_sent_again(place: Place) -> None:
    delivery = raw("custody", b"\xff")
    assert place.take(delivery).status == "refused"
    assert place.take(full()).status == "applied"
    statuses = [record.status for record in place.ledger.deliveries()]
    assert statuses == ["refused", "applied"]


def test_refused_in_the_own_landing_folder_is_moved(place: Place) -> None:
    place.landing.rmdir()
    place.landing = place.settings.landing_dir
    raw("custody", b"\xff").write(place.landing)
    for folder in (place.landing, place.landing / "police_records"):
        folder.chmod(0o700)  # who may drop deliveries there is the installation's affair
    (outcome,) = place.run().outcomes
    assert outcome.status == "refused"
    assert not (place.landing / "police_records" / "20260920").exists()
    assert outcome.quarantine is not None
    assert (outcome.quarantine / "delivery" / "custody.csv").read_bytes() == b"\xff"
    assert place.run().outcomes == ()


def test_identity_hash_is_of_the_files() -> None:
    assert full().body()["files"][0]["sha256"] == hashlib.sha256(full().csv("nominals")).hexdigest()


def test_bytes_that_never_end_a_character_are_refused() -> None:
    """More of them than a block that is looked at, so that no character begins in it."""
    with pytest.raises(DeliveryFaultError, match="line 2"):
        check_bytes(b"header\n" + b"\x80" * ((1 << 24) + 64) + b"\n", "custody.csv")


@pytest.mark.parametrize(("mark", "word"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_is_named(place: Place, mark: str, word: str) -> None:
    report = place.report(place.take(raw("custody", CUSTODY.replace(b",", mark.encode()))))
    assert any(f"columns are separated by {word}" in str(fault) for fault in report["faults"])
