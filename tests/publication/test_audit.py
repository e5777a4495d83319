"""The audit log shows whoever changes, drops, adds, moves or cuts a line, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from include import audit
from include.errors import IntegrityError
from include.publication.rollback import rollback
from include.settings import Settings
from tests.publication.build import publish

Lines = list[bytes]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path / "data")
    publish(settings, "20260906-aaaa")
    publish(settings, "20260920-bbbb", people=60)
    rollback(settings, "20260906-aaaa", "a test")
    rollback(settings, "20260920-bbbb", "a test")
    publish(settings, "20261004-cccc", people=70)
    assert audit.verify(settings) == 5
    return settings


def _flip(lines: Lines) -> Lines:
    return [*lines[:2], lines[2].replace(b"a test", b"a tent"), *lines[3:]]


def _flip_and_hash_again(lines: Lines) -> Lines:
    """Whoever knows how the hash is made can make it again for one line, and then it does not fit the next."""
    from include.journal import _digest

    entry = json.loads(lines[2])
    entry["data"]["reason"] = "a tent"
    entry["hash"] = _digest({name: value for name, value in entry.items() if name != "hash"})
    return [*lines[:2], json.dumps(entry, sort_keys=True).encode() + b"\n", *lines[3:]]


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (_flip, 3),
        (_flip_and_hash_again, 4),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines[:2], *lines[3:]], 3),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], 4),
        (lambda lines: [*lines[:1], b"{}\n", *lines[1:]], 2),
        (lambda lines: [*lines[:3], b"\xff\xfe\n", *lines[4:]], 4),
    ],
    ids=["flip", "flip and hash", "drop first", "drop", "reorder", "repeat", "insert", "garble"],
)
def test_the_first_line_that_is_not_as_written_is_named(
    settings: Settings, spoil: Callable[[Lines], Lines], line: int
) -> None:
    path = settings.state_dir / audit.FILE
    path.write_bytes(b"".join(spoil(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(IntegrityError, match=rf"line {line}\b"):
        audit.verify(settings)


@pytest.mark.parametrize("kept", range(4))
def test_a_log_that_was_cut_is_found_by_the_releases(settings: Settings, kept: int) -> None:
    """The chain of what is left is whole: a release says which line was last when it was made."""
    path = settings.state_dir / audit.FILE
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:kept]))
    with pytest.raises(IntegrityError, match=re.escape(f"cut after line {kept}")):
        audit.verify(settings)
