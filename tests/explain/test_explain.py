"""``hhw explain`` on the twelve people: what counts, what does not, and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include.cli import app
from include.errors import InputError, UsageError
from include.explain import explain
from include.settings import Settings

pytestmark = pytest.mark.slow
BEFORE, AS_AT = date(2026, 9, 6), date(2026, 9, 20)


def section(lines: list[str], title: str) -> list[str]:
    """Return the lines of a section, without its heading."""
    start = next(at for at, line in enumerate(lines) if line.startswith(title))
    end = next((at for at in range(start, len(lines)) if not lines[at]), len(lines))
    return [line.strip() for line in lines[start + 1 : end]]


def test_the_terms_add_up_to_the_score(published: Settings) -> None:
    lines = explain(published, "N0001", AS_AT)
    terms = [float(line.rsplit(maxsplit=1)[1]) for line in section(lines, "What each term adds")]
    score = next(line for line in section(lines, "Rank and score") if line.startswith("score"))
    assert len(terms) == 6
    assert sum(terms) == pytest.approx(float(score.split()[1]), abs=5e-6)


def test_a_merged_nominal_is_followed_to_the_survivor(published: Settings) -> None:
    lines = explain(published, "N0012")
    assert lines[1] == "N0012 was merged into N0001: this is the survivor's story."
    assert lines[2:] == explain(published, "N0001")[1:]


def test_a_cancelled_offence_does_not_count(published: Settings) -> None:
    for day in (BEFORE, AS_AT):
        lines = explain(published, "N0006", day)
        assert [line.split(": ", 1)[1] for line in section(lines, "Offences that do not count")] == [
            "cancelled on 2026-05-01 (transferred, or no crime)"
        ]
        assert not any("O012" in line for line in section(lines, "Offences that count"))


def test_an_accusation_reads_suspect_until_it_was_cleared(published: Settings) -> None:
    then, now = explain(published, "N0007", BEFORE), explain(published, "N0007", AS_AT)
    cleared = section(now, "Offences that do not count")
    assert cleared[0].endswith("eliminated from it on 2026-09-08")
    offence = cleared[0].split()[1]
    before = next(line for line in section(then, "Offences that count") if offence in line)
    assert "suspect" in before
    assert any("registration Z1, visor" in line for line in section(now, "Spells and registrations"))


@pytest.mark.parametrize(
    ("nominal_id", "why"),
    [
        ("N0009", "under 18 on this date"),
        ("N0010", "date of birth unknown"),
        ("N0011", "died on"),
    ],
)
def test_who_is_not_ranked_is_told_why(published: Settings, nominal_id: str, why: str) -> None:
    assert section(explain(published, nominal_id), "Rank and score")[0].startswith(f"not ranked: {why}")


def test_what_was_recorded_later_is_not_known_then(published: Settings) -> None:
    late = section(explain(published, "N0004", BEFORE), "Offences that do not count")
    assert any("not yet recorded (recorded 2026-09-19)" in line for line in late)


def test_referrals_without_a_decision_say_so(published: Settings) -> None:
    assert section(explain(published, "N0003"), "Referrals and decisions") == [
        "2026-09-02  referral R1 by probation (no reason given); no decision by this date"
    ]
    assert section(explain(published, "N0003"), "Meeting list")[0].startswith("on it")


def test_a_date_that_was_not_ranked_names_the_nearest(published: Settings) -> None:
    with pytest.raises(UsageError, match="2026-09-10 was not ranked") as caught:
        explain(published, "N0001", date(2026, 9, 10))
    assert "2026-09-06 or 2026-09-20" in caught.value.remedy


def test_an_unknown_person_is_a_clear_error(published: Settings) -> None:
    with pytest.raises(InputError, match="Nobody of the id 'N9999'"):
        explain(published, "N9999")


def test_nothing_published_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Nothing has been published"):
        explain(Settings(data_dir=tmp_path), "N0001")


def test_the_command_prints_it(published: Settings) -> None:
    outcome = CliRunner().invoke(
        app, ["explain", "N0001", "--as-at", "2026-09-20", "--data-dir", str(published.data_dir)]
    )
    assert outcome.exit_code == 0
    assert "Rank and score" in outcome.output
