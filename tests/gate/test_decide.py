"""The one rule of the gate: whatever is missing, empty, raised, unknown or of another build is closed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.errors import IntegrityError
from include.quality.verdict import Check, Kind, Status, Verdict, decide, load_verdict, save_verdict

BUILD = "20260920-abc"
NAMES = ("rows arrive", "scores are numbers", "ranks run")
EXPECTED = [(Kind.RECONCILIATION.value, name) for name in NAMES]


def _check(name: str, status: Status = Status.PASS, kind: Kind = Kind.RECONCILIATION) -> Check:
    return Check(kind=kind, name=name, status=status)


def _verdict(checks: list[Check], build_id: str = BUILD) -> Verdict:
    return Verdict(build_id=build_id, inputs_hash="x", warehouse_sha256="w", expected=EXPECTED, checks=checks)


GOOD = [_check(name) for name in NAMES]


def test_everything_passed_opens() -> None:
    assert decide(_verdict(GOOD), EXPECTED, BUILD, "w").is_open


def test_a_warning_opens() -> None:
    assert decide(_verdict([*GOOD[:2], _check(NAMES[2], Status.WARN)]), EXPECTED, BUILD).is_open


@pytest.mark.parametrize("status", [Status.FAIL, Status.ERROR, Status.MISSING])
def test_one_check_that_did_not_pass_closes(status: Status) -> None:
    decision = decide(_verdict([*GOOD[:2], _check(NAMES[2], status)]), EXPECTED, BUILD)
    assert not decision.is_open
    assert "ranks run" in decision.reasons[0]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (None, "no verdict"),
        (_verdict(GOOD[:2]), "did not run"),
        (_verdict([]), "did not run"),
        (_verdict([*GOOD, _check("a stranger")]), "was not due"),
        (_verdict([*GOOD, GOOD[0]]), "stands twice"),
        (_verdict(GOOD, build_id="20260906-old"), "is on build 20260906-old"),
    ],
    ids=["none", "one missing", "empty", "unknown", "twice", "old build"],
)
def test_closed(verdict: Verdict | None, said: str) -> None:
    decision = decide(verdict, EXPECTED, BUILD)
    assert not decision.is_open
    assert any(said in reason for reason in decision.reasons)


def test_nothing_due_is_closed() -> None:
    decision = decide(_verdict([]), [], BUILD)
    assert not decision.is_open
    assert "closed" in decision.reasons[0]


def test_another_warehouse_file_is_closed() -> None:
    assert not decide(_verdict(GOOD), EXPECTED, BUILD, "another").is_open


@given(st.lists(st.sampled_from([*GOOD, _check("a stranger"), _check(NAMES[0], Status.FAIL)]), max_size=6))
def test_only_the_exact_set_opens(checks: list[Check]) -> None:
    is_exact = sorted(checks, key=lambda one: one.name) == sorted(GOOD, key=lambda one: one.name)
    assert decide(_verdict(checks), EXPECTED, BUILD).is_open == is_exact


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"build_id": "x"}'], ids=["empty", "cut", "list", "part"]
)
def test_a_verdict_that_cannot_be_read_raises(tmp_path, content: bytes) -> None:
    (tmp_path / "verdict.json").write_bytes(content)
    with pytest.raises(IntegrityError):
        load_verdict(tmp_path)


def test_a_truncated_verdict_raises_at_every_byte(tmp_path) -> None:
    path = save_verdict(_verdict(GOOD), tmp_path)
    whole = path.read_bytes().rstrip()
    for length in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        with pytest.raises(IntegrityError):
            load_verdict(tmp_path)


def test_no_verdict_is_none(tmp_path) -> None:
    assert load_verdict(tmp_path) is None
