"""Hostile input can neither run, nor reach out, nor name what is not there (section D of the matrix)."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include import intake
from include.ingest import ingest_all, parquet_child
from include.settings import Settings
from tests.faults.able import needs
from tests.faults.protocol import settings_of
from tests.ingest.builder import Delivery, full

NAMES = [
    b"\xff\xfe", b"a[1]", b"x..", b"20260920\n", b"-rf", b"x" * 255, "\u202e20260920".encode(), b"20260920; rm -rf x",
    b"$(id)", b"{{ 7*7 }}", b"%2e%2e", b"a%20b", "\uff12\uff10260920".encode(), b"20260920 ", b"CON", b"'\"",
]  # fmt: skip


@pytest.mark.parametrize("level", ["source", "delivery"])
def test_odd_names_through_what_the_orchestrator_calls(tmp_path: Path, level: str) -> None:
    """Every folder is found under a name that JSON and a database take, and taken in under that name: refused."""
    landing = tmp_path / "landing"
    lies = full().write(landing)
    for name in NAMES:
        parts = (
            (os.fsdecode(name), "20260920") if level == "source" else ("police_records", os.fsdecode(name))
        )
        target = landing.joinpath(*parts)
        target.parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-r", str(lies), str(target)], check=True)
    subprocess.run(["rm", "-r", str(lies)], check=True)
    place = Settings(data_dir=tmp_path / "data", landing=landing, threads=1)
    found = json.loads(json.dumps(intake.find(place)).encode("utf-8"))
    assert len(found) == len({json.dumps(one) for one in found}) == len(NAMES)
    assert {intake.ingest(place, **one) for one in found} == {"refused"}
    assert all(text.isprintable() for text in (place.state_dir / "ledger.jsonl").read_text().splitlines())


PLAIN = ["police_records", "visor_summary", "idiom", "20260920", "20260920T120000"]


def test_names_of_the_contract_stay_as_they_are() -> None:
    assert [intake.plain_name(name) for name in PLAIN] == PLAIN


def isolated(code: str, **more: object) -> subprocess.CompletedProcess[str]:
    script = "import sys; sys.path.insert(0, sys.argv[1]); import parquet_child as child\n" + code
    folder = str(Path(parquet_child.__file__).parent)
    return subprocess.run(
        [sys.executable, "-c", script, folder],
        capture_output=True,
        text=True,
        check=False,
        **more,  # type: ignore[call-overload]
    )


@needs("unshare")
def test_the_reader_of_parquet_has_no_network() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = listener.getsockname()
        try_it = f"import socket; s = socket.socket(); s.settimeout(5); s.connect({address})"
        assert isolated(try_it).returncode == 0, "the listener can be reached at all"
        done = isolated(f"assert child.cut_off()\n{try_it}")
        assert done.returncode != 0
        assert "unreachable" in done.stderr.lower()


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("memory", "child.limit(300 << 20); bytearray(1 << 30)"),
        ("file size", "child.limit(1 << 29); import tempfile; "
                      "f = tempfile.TemporaryFile(buffering=0); f.truncate(1 << 40)"),
        ("open files", "child.limit(1 << 30); kept = [open('/dev/null') for _ in range(100)]"),
    ],
)  # fmt: skip
def test_the_reader_of_parquet_is_limited(what: str, code: str) -> None:
    assert isolated(code.replace("child.limit", "0 and child.limit")).returncode == 0, (
        f"{what} is there without limits"
    )
    assert isolated(code).returncode != 0


@pytest.mark.deep
def test_a_footer_that_promises_other_rows_is_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": ["1", "2"]}), path)
    real = parquet_child.pq.ParquetFile

    class Lying(real):  # type: ignore[valid-type,misc]
        def read(self, **named: object) -> pa.Table:
            return super().read(**named).slice(1)

    monkeypatch.setattr(parquet_child.pq, "ParquetFile", Lying)
    with pytest.raises(ValueError, match="another number of rows"):
        parquet_child.convert(str(path), str(tmp_path / "y"))


FLIPPED = full()


def _custody_parquet() -> bytes:
    content = io.BytesIO()
    columns = {
        name: [row[name] or None for row in FLIPPED.files["custody"]] for name in FLIPPED.header("custody")
    }
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    for name in ("start_date", "end_date"):
        table = table.set_column(table.column_names.index(name), name, table.column(name).cast(pa.date32()))
    days = table.column("sentence_days").cast(pa.int64())
    pq.write_table(
        table.set_column(table.column_names.index("sentence_days"), "sentence_days", days), content
    )
    return content.getvalue()


@pytest.mark.deep
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_damage_to_a_parquet_file_is_refused_or_adds_up(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(_custody_parquet())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    end = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    delivery = full()
    rows = len(delivery.files.pop("custody"))
    delivery.raw["custody.parquet"], delivery.counts["custody.parquet"] = bytes(content[:end]), rows
    must_add_up_or_be_refused(tmp_path_factory.mktemp("any"), delivery)


def must_add_up_or_be_refused(folder: Path, delivery: Delivery) -> None:
    place = settings_of(folder / "data")
    (outcome,) = [o for o in ingest_all(place, delivery.write(folder / "landing").parent.parent).outcomes]
    assert outcome.status in ("applied", "refused")
    assert all(counts.adds_up for counts in outcome.files)
    lost = (
        sum(counts.rows for counts in outcome.files if counts.file) if outcome.status == "applied" else None
    )
    assert lost is None or lost == sum(file["rows"] for file in delivery.body()["files"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("contract_version", "source", "delivery_id", "extract_date", "mode", "files")


@pytest.mark.deep
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from((*KEYS, "files[0].name", "files[0].rows", "files[0].sha256", "extra")),
    JSON,
    st.booleans(),
)
def test_any_value_in_a_manifest_is_refused_or_the_same(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object, is_cut: bool
) -> None:
    """One key is replaced by anything that JSON can hold; unless it says the same, the delivery is refused."""
    folder = tmp_path_factory.mktemp("any")
    delivery = full("visor_summary")
    lies = delivery.write(folder / "landing")
    body = delivery.body()
    before = json.dumps(body, sort_keys=True)
    holder, name = (body["files"][0], key[9:]) if key.startswith("files[") else (body, key)
    holder[name] = value
    text = json.dumps(body)
    (lies / "manifest.json").write_bytes(text.encode("utf-8", "surrogatepass")[: -1 if is_cut else None])
    (outcome,) = ingest_all(settings_of(folder / "data"), folder / "landing").outcomes
    is_same = json.dumps(body, sort_keys=True) == before and not is_cut
    assert outcome.status == ("applied" if is_same else "refused")
