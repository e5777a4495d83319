"""Two packs in a row give nobody away; and the attacker is one who would have found out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from reports.board import months, pack
from reports.board.options import BoardOptions
from reports.disclosure import secondary
from reports.disclosure.previous import NAME
from tests.reports.attacker import (
    COLUMNS,
    THRESHOLD,
    Row,
    attack,
    possible,
    printed,
    read_series,
    small_cells,
)
from tests.reports.board_force import FACTOR, NEXT, board_models, write_board
from tests.reports.conftest import make_context
from tests.reports.invented import AS_AT, Invented

TELLING = 3
"""A force whose two packs, each safe, would together give something away."""

SEEDS = (1, TELLING)
ONE_MONTH = 5
"""A force with one withheld month, which the limits as they are would narrow down."""

pytestmark = pytest.mark.slow
Truth = dict[tuple[Row, str], int]


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack needs page, CSV and workbook; the PDF is the page."""
    monkeypatch.setattr(pack.pdf, "missing", lambda: "left out of this test")


def two_packs(folder: Path, seed: int, base: int, *, is_linked: bool = True) -> list[Path]:
    """Render a pack and the next month's, which is given what the first one printed (unless it is not linked)."""
    found: list[Path] = []
    previous = ""
    for as_at in (AS_AT, NEXT):
        out = folder / f"{seed}-{base}-{as_at}"
        out.mkdir()
        options = BoardOptions(base=base, previous=previous)
        context = replace(make_context(), as_at=as_at, board=options)
        pack.render_board_pack(write_board(out / "w.duckdb", as_at, seed), out, context)
        if is_linked:
            previous = next((out / "csv").glob(f"*_{NAME}.csv")).read_text(encoding="utf-8")
        found.append(out)
    return found


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], list[Path]]:
    """Two packs in a row of a force, made once for each way of rounding."""
    folder = tmp_path_factory.mktemp("packs")
    return cache(lambda seed, base: two_packs(folder, seed, base))


def truths(seed: int) -> list[Truth]:
    found = []
    for as_at in (AS_AT, NEXT):
        rows = board_models(Invented(), as_at, seed).rows["rpt_board__equality"]
        found.append(
            {
                ((row["characteristic"], row["group"]), column): row[column]
                for row in rows
                for column in COLUMNS
            }
        )
    return found


def small_numbers_that_fit(
    folders: Sequence[Path], real: Sequence[Mapping[tuple[Row, str], int]], base: int
) -> list[int]:
    """Return how many numbers under the threshold fit each count that is under it."""
    known = attack([printed(folder) for folder in folders], base)
    found = []
    for cell in small_cells(real):
        low, high = known.interval(cell)
        assert low <= real[cell[0]][cell[1:3], cell[3]] <= high, "the attacker reasons rightly"
        found.append(min(high, THRESHOLD - 1) - low + 1)
    return found


@pytest.mark.parametrize("base", [5, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_small_count_can_be_worked_out(
    packs: Callable[[int, int], list[Path]], seed: int, base: int
) -> None:
    real = truths(seed)
    folders = packs(seed, base)
    found = small_numbers_that_fit(folders, real, base)
    assert len(found) > 10
    assert min(found) == THRESHOLD, "any small number fits each of them"
    numbers = [n for folder in folders for n in printed(folder).values() if n is not None]
    assert min(numbers) >= THRESHOLD
    assert len(numbers) > 40, "withholding everything would be no protection but a blank"


@pytest.mark.parametrize("base", [5, 1])
def test_without_secondary_suppression_the_attacker_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: int
) -> None:
    monkeypatch.setattr(secondary, "_cover", lambda *_: set())
    found = small_numbers_that_fit(two_packs(tmp_path, TELLING, base), truths(TELLING), base)
    assert min(found) < THRESHOLD
    assert base > 1 or min(found) == 1, "unrounded, some are known exactly"


def test_two_packs_that_do_not_know_of_each_other_give_something_away(tmp_path: Path) -> None:
    folders = two_packs(tmp_path, TELLING, 5, is_linked=False)
    assert min(small_numbers_that_fit(folders, truths(TELLING), 5)) < THRESHOLD
    assert min(small_numbers_that_fit(folders[:1], truths(TELLING)[:1], 5)) == THRESHOLD, "alone it is safe"


def test_a_withheld_month_is_not_given_back_by_mean_and_limits(
    packs: Callable[[int, int], list[Path]],
) -> None:
    series = [read_series(folder, "new_high_harm_entrants") for folder in packs(ONE_MONTH, 5)]
    assert all(None in one.values and one.limits for one in series), "limits are printed beside it"
    found = possible(series, FACTOR, [_base(one.limits) for one in series])
    assert found
    assert all(numbers == set(range(THRESHOLD)) for numbers in found.values())


def test_limits_as_they_are_would_give_a_month_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_they_are(
        values: Sequence[float], _hidden: Sequence[int], _threshold: int, factor: float
    ) -> tuple[int, int, int]:
        mean = sum(values) / len(values)
        moved = [abs(b - a) for a, b in zip(values, values[1:], strict=False)]
        spread = factor * sum(moved) / len(moved)
        return round(mean), round(mean - spread), round(mean + spread)

    monkeypatch.setattr(months, "rounded_limits", as_they_are)
    folders = two_packs(tmp_path, ONE_MONTH, 5)
    series = [read_series(folder, "new_high_harm_entrants") for folder in folders]
    assert any(len(numbers) < THRESHOLD for numbers in possible(series, FACTOR, [1, 1]).values())


def _base(limits: tuple[int, ...] | None) -> int:
    return next(base for base in (10, 5, 1) if limits is None or all(limit % base == 0 for limit in limits))
