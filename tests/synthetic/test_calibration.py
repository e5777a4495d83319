"""The default force looks like the published ones, measured with a ranking of our own (``-s`` prints the table)."""

from __future__ import annotations

import sys

import pytest

from tests.synthetic import calibration
from tests.synthetic.conftest import AS_AT, Made

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def measured(force: Made) -> calibration.Calibration:
    found = calibration.calibrate(force.store, force.folder / "planted_truth", AS_AT)
    sys.stdout.write(f"\nThe synthetic force beside the published figures\n{found.table()}\n")
    return found


@pytest.mark.parametrize("top", calibration.TOP)
def test_retention_over_two_years(measured: calibration.Calibration, top: int) -> None:
    assert measured.retained[top][3] == pytest.approx(calibration.RETAINED[top][3], abs=10)


def test_rank_goes_with_the_next_years_harm(measured: calibration.Calibration) -> None:
    assert -0.45 <= measured.spearman_harm <= -0.20
    assert -0.45 <= measured.spearman_offences <= -0.15


def test_bands_fall(measured: calibration.Calibration) -> None:
    first, second, third = measured.band_means
    assert first > second > third > 0
    assert 1.2 * third < first < 8 * third


def test_capture(measured: calibration.Calibration) -> None:
    assert measured.capture[0] == pytest.approx(49, abs=12)
    assert measured.capture[1] == pytest.approx(86, abs=12)


def test_naive_before_and_during(measured: calibration.Calibration) -> None:
    """West Midlands 2018, all managed: 5.52 before, 2.56 during and after, a fall of 53.6 %."""
    assert measured.naive["pre"] == pytest.approx(5.52, abs=1.2)
    assert measured.naive["during_post"] == pytest.approx(2.56, abs=0.8)
    assert measured.naive["fall_post_pct"] == pytest.approx(53.6, abs=10)
    assert measured.naive["current_pre"] == pytest.approx(6.07, abs=1.5)


def test_baseline_of_a_year_earlier_holds_too(force: Made, measured: calibration.Calibration) -> None:
    earlier = calibration.calibrate(force.store, force.folder / "planted_truth", AS_AT, weeks_back=156)
    assert earlier.band_means[0] > earlier.band_means[1] > earlier.band_means[2]
    assert earlier.spearman_harm < -0.1
    assert all(earlier.retained[top][3] > 60 for top in calibration.TOP)
