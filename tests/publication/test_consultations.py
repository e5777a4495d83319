"""Who read which page, from the web server's log into the chain: each line once, and a gap shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include import audit
from include.consultations import take_over
from include.errors import InputError
from include.settings import Settings


def _line(page: str, status: int = 200, by: str = "j.smith") -> str:
    body = {"at": "2026-11-25T09:00:00+00:00", "by": by, "from": "10.0.0.1", "method": "GET", "page": page}
    return json.dumps({**body, "status": status}) + "\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def _told(settings: Settings) -> list[tuple[str, str, str]]:
    entries = audit.journal(settings).read()
    return [(entry.event, entry.data["by"], entry.data.get("what", "")) for entry in entries]


def test_pages_and_tables_are_told_and_the_rest_is_not(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "consultations.jsonl"
    pages = [
        "/current/reports/ranking.html",
        "/current/reports/assets/1/style.css",
        "/current/reports/csv/a.csv",
    ]
    log.write_text("".join(map(_line, pages)) + _line("/current/reports/meeting.html", 401, "-"))
    assert take_over(settings, log) == 2
    assert _told(settings) == [
        ("consultation", "j.smith", pages[0]),
        ("disclosure", "j.smith", pages[2]),
    ]
    assert audit.journal(settings).read()[0].data["served_at"] == "2026-11-25T09:00:00+00:00"
    assert audit.verify(settings) == 2


def test_each_line_once_the_same_page_twice_is_two(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "consultations.jsonl"
    log.write_text(_line("/a.html") * 2)
    assert [take_over(settings, log), take_over(settings, log)] == [2, 0]
    with log.open("a") as stream:
        stream.write(_line("/a.html") + _line("/b.html")[:20])
    assert take_over(settings, log) == 1, "a line that is half written waits"
    with log.open("a") as stream:
        stream.write(_line("/b.html")[20:])
    assert take_over(settings, log) == 1
    assert [what for _, _, what in _told(settings)] == ["/a.html"] * 3 + ["/b.html"]


def test_a_log_begun_anew_is_read_from_its_top(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "consultations.jsonl"
    log.write_text(_line("/a.html") + _line("/b.html"))
    take_over(settings, log)
    log.write_text(_line("/c.html"))
    assert take_over(settings, log) == 1
    assert _told(settings)[-1][2] == "/c.html"


def test_a_line_that_cannot_be_read_shows_in_the_chain(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "consultations.jsonl"
    log.write_text("scratched out\n" + _line("/a.html"))
    assert take_over(settings, log) == 2
    assert [event for event, _, _ in _told(settings)] == ["unreadable_access", "consultation"]


def test_a_log_that_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no-log"):
        take_over(settings, tmp_path / "no-log")
