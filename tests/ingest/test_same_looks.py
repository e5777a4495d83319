"""A delivery that only looks like one applied before: made earlier, files of the same sizes, other content."""

from __future__ import annotations

import time
from pathlib import Path

from include.ingest import ingest_all
from include.settings import Settings
from tests.ingest.builder import full, nominal


def test_other_content_of_an_applied_id_is_refused_though_its_files_are_older(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    people = [nominal(number) for number in range(1, 4)]
    full(files={"nominals": people}).write(first)
    changed = [people[0] | {"surname": "Sbmple1"}, *people[1:]]
    full(files={"nominals": changed}).write(second)
    time.sleep(2.1)  # both are older than the moment of the first look, beyond the clock's own grain
    settings = Settings(data_dir=tmp_path / "data")
    assert [outcome.status for outcome in ingest_all(settings, first).outcomes] == ["applied"]
    assert [outcome.status for outcome in ingest_all(settings, second).outcomes] == ["refused"]
    assert [outcome.status for outcome in ingest_all(settings, first).outcomes] == ["repeated"]
