"""Whoever reads a page or takes a table away is in the audit log, and nothing outside is served."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from include import audit
from include.serve import _report_server
from include.settings import Settings, get_settings


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setenv("HHW_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    reports = tmp_path / "published" / "r1" / "reports"
    (reports / "csv").mkdir(parents=True)
    (reports / "index.html").write_text("<h1>page</h1>")
    (reports / "style.css").write_text("h1 {}")
    (reports / "csv" / "people.csv").write_text("a\r\n")
    (tmp_path / "published" / "current").symlink_to("r1")
    (tmp_path / "secret.html").write_text("not here")
    server = _report_server(Settings(data_dir=tmp_path), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()
    get_settings.cache_clear()


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    return connection.getresponse().status


def test_reading_is_consultation_and_taking_away_is_disclosure(port: int, tmp_path: Path) -> None:
    for name in ("index.html", "style.css", "csv/people.csv"):
        assert _status(port, f"/current/reports/{name}") == 200
    for path in ("/current/reports/none.html", "/../secret.html", "/current/%2e%2e/%2e%2e/secret.html"):
        assert _status(port, path) == 404
    told = [(entry.event, entry.data["what"]) for entry in audit.journal(Settings(data_dir=tmp_path))]
    assert told == [
        ("consultation", "r1/reports/index.html"),
        ("disclosure", "r1/reports/csv/people.csv"),
    ]
