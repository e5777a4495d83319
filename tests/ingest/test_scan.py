"""The scanner against Python's csv module, and the reader of CSV files on the edges of the format."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.contract import SOURCES
from include.ingest import scan as scanning
from include.ingest.faults import DeliveryFaultError
from include.ingest.read_csv import read_csv
from include.ingest.scan import Scan, scan
from include.ingest.table import FileTable

from .builder import full
from .conftest import Place, counts_of

QUIET = settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def scanned(content: bytes) -> Scan:
    return scan(np.frombuffer(content, np.uint8), 0, "x.csv")


def write_field(value: str, always: bool) -> str:
    needs = always or any(char in value for char in ',"\r\n')
    return '"' + value.replace('"', '""') + '"' if needs else value


fields = st.text(st.sampled_from('ab,"\r\né '), max_size=5)
rows = st.lists(st.lists(st.tuples(fields, st.booleans()), min_size=2, max_size=4), max_size=8)
ends = st.sampled_from(["\n", "\r\n"])


@QUIET
@given(rows, st.lists(st.tuples(ends, st.integers(0, 2)), min_size=8, max_size=8), st.booleans())
def test_scanner_agrees_with_the_csv_module(
    made: list[list[tuple[str, bool]]], breaks: list[tuple[str, int]], cut: bool
) -> None:
    text, lines, blank = "", [], 0
    for row, (end, empty) in zip(made, breaks, strict=False):
        lines.append(text.count("\n") + 1)
        text += ",".join(write_field(*field) for field in row) + end + "\n" * empty
        blank += empty
    if cut and not (breaks and made and breaks[len(made) - 1][1]):
        text = text.removesuffix("\n").removesuffix("\r") if made else text
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    found = scanned(text.encode())
    assert found.fields.tolist() == [len(row) for row in expected]
    assert found.lines.tolist() == lines
    assert found.blank_lines == blank
    assert not found.junk.any()


# rows of several blocks, as RFC 4180 wants them, and perhaps one mark too many somewhere
FIELDS = st.sampled_from(['"a,b"', '"a""\n"', "abc", "", '""', "é" * 9, '"\r\n,"', '"""x"""'])
ROWS = st.lists(st.lists(FIELDS, min_size=1, max_size=5).map(",".join), max_size=20)
SPOILT = st.tuples(st.integers(0, 400), st.sampled_from(["", "", '"', ",", "\r", "\n"]))


@QUIET
@given(ROWS, ends, SPOILT, st.sampled_from([64, 128, 1 << 18]))
def test_both_ways_to_lay_out_a_file_agree(
    rows: list[str], end: str, spoilt: tuple[int, str], block: int
) -> None:
    """Wherever the pass by parity says yes, the walk over the quotes says the same; of a sound file it does."""
    text = end.join(rows)
    place, mark = spoilt
    text = text[:place] + mark + text[place:]
    data = np.frombuffer(text.encode(), np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "_BLOCK", block)
        passed = scanning.lay_out(data, 0)
    if passed is None:
        assert mark
        return
    walked = scanning.walk(data, 0, scanning.positions(data, scanning.LF), "x.csv")
    for name in ("feeds", "line_ends", "lines", "commas", "junk"):
        assert getattr(passed, name).tolist() == getattr(walked, name).tolist()
    assert passed.lone_return == walked.lone_return


@pytest.mark.parametrize("text", ['a,"b""c"\n"d\n",e\n', '"a"\r\n', "", "a,b", '"",""\n""'])
def test_ordinary_quotes_need_no_walk(text: str) -> None:
    assert scanning.lay_out(np.frombuffer(text.encode(), np.uint8), 0) is not None


@QUIET
@given(st.text(st.sampled_from('a,"\r\n'), max_size=40))
def test_any_text_is_scanned_or_refused(text: str) -> None:
    try:
        found = scanned(text.encode())
    except DeliveryFaultError:
        return
    assert (found.ends > found.starts).all()
    assert (found.starts[1:] >= found.ends[:-1]).all()
    assert len(found.lines) == len(found.fields) == len(found.junk)


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    content = full().csv("nominals") + b'N9,,"a\n""b"",c",P,,M,,,,\r\n'
    whole = scanned(content)
    monkeypatch.setattr(scanning, "_BLOCK", 64)
    parts = scanned(content)
    for name in ("starts", "ends", "lines", "fields", "junk"):
        assert (getattr(whole, name) == getattr(parts, name)).all()


# --- reading

CUSTODY = SOURCES["police_records"].entity("custody")
HEAD = b"custody_id,nominal_id,start_date,end_date,custody_type,sentence_days\n"


def read(tmp_path: Path, content: bytes) -> FileTable:
    path = tmp_path / "custody.csv"
    path.write_bytes(content)
    return read_csv(path, CUSTODY, False, hashlib.sha256(content).hexdigest())


def column(table: FileTable, name: str) -> list[str | None]:
    return table.load().column(name).to_pylist()


def test_header_only(tmp_path: Path) -> None:
    for content in (HEAD, HEAD.rstrip(), HEAD + b"\n\r\n", b"\xef\xbb\xbf" + HEAD, b"\n\n" + HEAD):
        table = read(tmp_path, content)
        assert (table.rows, table.load().num_rows, table.malformed) == (0, 0, ())


def test_columns_in_any_order_and_quoted(tmp_path: Path) -> None:
    table = read(
        tmp_path, b'"sentence_days",custody_type,end_date,start_date,"nominal_id",custody_id\n1,2,3,4,5,6\n'
    )
    assert column(table, "custody_id") == ["6"]
    assert column(table, "sentence_days") == ["1"]


def test_text_is_kept(tmp_path: Path) -> None:
    fields = ['5" pipe', "a\r\nb", 'x"y', " NULL ", "NA", "\ufeff", "é\u0301", "\x1a", "\x85", "\u2028"]
    lines = [f"C{n},{write_field(value, ',' in value)},,,,".encode() for n, value in enumerate(fields)]
    lines[0] = b'C0,5" pipe,,,,'
    table = read(tmp_path, HEAD + b"\r\n".join(lines))
    assert column(table, "nominal_id") == fields
    assert column(table, "end_date") == [None] * len(fields)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("key", [b"C1", b'"C1"'])
def test_a_byte_order_mark_in_the_first_row_is_text(tmp_path: Path, mark: bytes, key: bytes) -> None:
    """Two exports joined by hand: pyarrow takes what it reads first for the beginning of a file."""
    content = mark + HEAD + b"\xef\xbb\xbf" + key + b",N1,2025-01-01,,remand,\n"
    found = read(tmp_path, content).load().column("custody_id").to_pylist()
    assert found == ["\ufeff" + key.decode()]


def test_empty_is_null_quoted_or_not(tmp_path: Path) -> None:
    table = read(tmp_path, HEAD + b'C1,"",,"","",\n')
    assert [column(table, name) for name in ("custody_id", "nominal_id", "custody_type")] == [
        ["C1"],
        [None],
        [None],
    ]


def test_mixed_line_ends_and_blank_lines(tmp_path: Path) -> None:
    table = read(tmp_path, HEAD + b'C1,"a\n\nb",,,,\r\n\r\n\nC2,b,,,,\nC3,c,,,,')
    assert column(table, "_line") == [2, 7, 8]
    assert column(table, "_record") == [0, 1, 2]
    assert (table.rows, table.blank_lines) == (3, 2)


def test_malformed_rows_are_set_apart_with_what_can_be_told(tmp_path: Path) -> None:
    content = HEAD + b'C1,N1,,,,\nC2,N2,,,\nC3,N3,,,,,\nC4,N"4",,,,\nC5,"N5"x,,,,\n \nC6,N6,,,,\n'
    table = read(tmp_path, content)
    assert column(table, "custody_id") == ["C1", "C4", "C6"]
    assert column(table, "_line") == [2, 5, 8]
    found = [(item.record, item.line, item.codes, item.values.get("nominal_id")) for item in table.malformed]
    assert found == [
        (1, 3, ("field_count",), "N2"),
        (2, 4, ("field_count",), "N3"),
        (4, 6, ("text_after_quote",), "N5x"),
        (5, 7, ("field_count",), None),
    ]
    assert table.raw(np.array([1, 4])).to_pylist()[0].startswith(b"C2,N2,,,")


def test_a_record_of_many_short_lines_that_is_too_long(tmp_path: Path) -> None:
    table = read(tmp_path, HEAD + b'C1,"' + b"x\n" * 600_000 + b'",,,,\nC2,N2,,,,\n')
    assert column(table, "custody_id") == ["C2"]
    assert table.malformed[0].codes == ("field_too_long",)


def test_a_field_of_8000_bytes_of_4000_characters(tmp_path: Path) -> None:
    table = read(tmp_path, HEAD + b"C1," + "é".encode() * 4_000 + b",,,,\n")
    assert len(column(table, "nominal_id")[0] or "") == 4_000


def test_a_big_file_comes_out_in_order(tmp_path: Path) -> None:
    count = 200_000
    body = "".join(f'C{n},"N{n}\n",,,,\n' if n % 3 else f"C{n},N{n},,,,\r\n" for n in range(count))
    table = read(tmp_path, HEAD + body.encode())
    assert column(table, "custody_id") == [f"C{n}" for n in range(count)]


# --- whole files through the ingest


def test_line_of_a_quarantined_row_after_lines_in_quotes(place: Place) -> None:
    delivery = full()
    delivery.files["nominals"][0]["surname"] = "two\nlines"
    delivery.files["nominals"][2]["sex"] = "x"
    place.take(delivery)
    assert place.rules("nominals") == {5: ["not_in_list:sex"]}


def test_malformed_rows_take_their_children_along(place: Place) -> None:
    delivery = full()
    lines = delivery.csv("nominals").splitlines(keepends=True)
    lines[1] = lines[1].replace(b",Person", b",Person,Person")
    delivery.raw["nominals.csv"] = b"\n" + b"".join(lines) + b"\n\r\n"
    delivery.counts["nominals.csv"] = 3
    outcome = place.take(delivery)
    counts = counts_of(outcome, "nominals")
    assert (counts.rows, counts.loaded, counts.quarantined, counts.blank_lines) == (3, 2, 1, 3)
    assert place.rules("nominals") == {3: ["field_count"]}
    assert place.rules("custody") == {2: ["parent_quarantined:nominal_id"]}
    assert place.aside("nominals")[0]["nominal_id"] == "N1"


ALPHABET = [
    b"N1",
    b"N2",
    b",",
    b'"',
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    "é".encode(),
    b"2025-01-01",
    b" ",
]
ROW = b"C1,N1,2025-01-01,,remand,\n"


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from([*ALPHABET, ROW, ROW]), max_size=12), st.booleans(), st.integers(0, 4))
def test_any_bytes_add_up_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], with_head: bool, promised: int
) -> None:
    from include.settings import Settings

    from .conftest import must_add_up

    folder = tmp_path_factory.mktemp("any")
    place = Place(folder / "landing", Settings(data_dir=folder / "data", landing=None, threads=1))
    content = (HEAD if with_head else b"") + b"".join(parts)
    delivery = full(raw={"custody.csv": content}, counts={"custody.csv": promised})
    outcome = place.take(delivery)
    if outcome.status == "refused":  # what the file holds, if only its count was wrong
        found = [fault.detail for fault in outcome.faults if fault.code == "row_count"]
        if found:
            delivery.counts["custody.csv"] = int(found[0].split("file ")[1].split(";")[0])
            outcome = place.take(delivery)
            assert outcome.status == "applied"
    assert outcome.status in ("applied", "refused")
    must_add_up(place)
