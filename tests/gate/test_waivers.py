from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from include.errors import UsageError
from include.quality.gate import EXPECTATIONS
from include.quality.verdict import Check, Kind, Status
from include.quality.waivers import CHECK, Waiver, apply_waivers, load_waivers

TODAY = date(2026, 11, 22)


def _waiver(check: str, expires: date = date(2026, 12, 1)) -> Waiver:
    return Waiver(check=check, owner="A. Example", reason="records were migrated", expires=expires)


def _failed(kind: Kind = Kind.RELEASE, status: Status = Status.FAIL) -> Check:
    return Check(kind=kind, name="churn", status=status, detail="55 of 100.")


def test_a_waiver_makes_a_failure_a_warning_that_says_so() -> None:
    checks, used = apply_waivers([_failed()], [_waiver("release: churn")], TODAY)
    assert [check.status for check in checks] == [Status.WARN, Status.PASS]
    assert "A. Example" in checks[0].detail
    assert "1 December 2026" in checks[0].detail.replace("01 ", "1 ")
    assert len(used) == 1


def test_on_its_last_day_it_holds() -> None:
    checks, _ = apply_waivers([_failed()], [_waiver("release: churn", TODAY)], TODAY)
    assert checks[0].status is Status.WARN


def test_an_expired_waiver_waives_nothing_and_fails_itself() -> None:
    checks, used = apply_waivers([_failed()], [_waiver("release: churn", date(2026, 11, 21))], TODAY)
    assert [check.status for check in checks] == [Status.FAIL, Status.FAIL]
    assert checks[1].name == CHECK
    assert used == []


def test_an_expired_waiver_fails_even_where_its_check_passes() -> None:
    passed = _failed(status=Status.PASS)
    checks, _ = apply_waivers([passed], [_waiver("release: churn", date(2026, 1, 1))], TODAY)
    assert checks[1].status is Status.FAIL


@pytest.mark.parametrize("status", [Status.ERROR, Status.MISSING])
def test_what_raised_or_did_not_run_cannot_be_waived(status: Status) -> None:
    checks, _ = apply_waivers([_failed(status=status)], [_waiver("release: churn")], TODAY)
    assert checks[0].status is status


@pytest.mark.parametrize("kind", [Kind.DELIVERY, Kind.GATE])
def test_deliveries_and_the_gate_itself_cannot_be_waived(kind: Kind) -> None:
    checks, _ = apply_waivers([_failed(kind)], [_waiver(f"{kind.value}: churn")], TODAY)
    assert checks[0].status is Status.FAIL


def test_a_waiver_for_no_check_fails() -> None:
    checks, _ = apply_waivers([_failed(status=Status.PASS)], [_waiver("release: typo")], TODAY)
    assert checks[1].status is Status.FAIL
    assert "names no check" in checks[1].detail


@pytest.mark.parametrize(
    "text",
    [
        "waivers: [{check: 'release: churn'}]",
        "waivers: [{check: 'release: churn', owner: '', reason: 'long enough it is', expires: 2026-12-01}]",
        "waivers: [{check: 'release: churn', owner: AB, reason: 'long enough it is', expires: never}]",
        "waivers: [{check: 'release: churn', owner: AB, reason: x, expires: 2026-12-01}]",
        "waivers: {",
        "- a list",
    ],
)
def test_a_waiver_without_owner_reason_or_expiry_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "waivers.yml").write_text(text)
    with pytest.raises(UsageError):
        load_waivers(tmp_path)


def test_the_file_of_the_repository_can_be_read() -> None:
    assert isinstance(load_waivers(EXPECTATIONS), list)
