"""The synthetic force beside the published figures: one table of numbers, computed from the folded extracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from tests.synthetic import ranking

RETAINED = {30: (93, 83, 83, 80), 50: (88, 78, 78, 74), 100: (90, 83, 79, 73), 300: (91, 84, 82, 77)}
TOP = (30, 50, 100, 300)


@dataclass(frozen=True)
class Calibration:
    """What is measured; percentages 0-100."""

    retained: dict[int, list[float]]
    spearman_harm: float
    spearman_offences: float
    band_means: list[float]
    top_100_harm: tuple[float, float]
    capture: tuple[float, float]
    naive: dict[str, float]

    def table(self) -> str:
        """Return the figures beside the published ones, as lines of text."""
        lines = ["figure | published | synthetic"]
        for top in TOP:
            ours = ", ".join(f"{value:.0f}" for value in self.retained[top])
            lines.append(f"retained of Top {top} after 6, 12, 18, 24 months, % | {RETAINED[top]} | {ours}")
        lines.append(f"Spearman rank and harm, Top 300 | -0.31 | {self.spearman_harm:.2f}")
        lines.append(f"Spearman rank and offences, Top 300 | -0.26 | {self.spearman_offences:.2f}")
        bands = ", ".join(f"{value:.0f}" for value in self.band_means)
        lines.append(f"mean harm of 1-100, 101-200, 201-300 | 171, 77, 38 | {bands}")
        lines.append(
            f"harm of the Top 100: mean, sd | 171, 447 | {self.top_100_harm[0]:.0f}, {self.top_100_harm[1]:.0f}"
        )
        lines.append(
            f"of the 100 most harmful in the first 100, 200, % | 49, 86 | {self.capture[0]:.0f}, {self.capture[1]:.0f}"
        )
        published = {
            "pre": "5.52",
            "during": "",
            "during_post": "2.56",
            "fall_pct": "",
            "fall_post_pct": "53.6",
            "current_pre": "6.07",
            "current_during": "2.79",
            "current_fall_pct": "54.1",
        }
        lines += [
            f"naive {name} | {published.get(name, '')} | {value:.2f}" for name, value in self.naive.items()
        ]
        return "\n".join(lines)


def calibrate(
    store: duckdb.DuckDBPyConnection, truth: Path, as_at: date, weeks_back: int = 104
) -> Calibration:
    """Measure retention, validity and the naive before and during, from a baseline some weeks back."""
    ranking.prepare(store)
    baseline = as_at - timedelta(weeks=weeks_back)
    first = ranking.rank(store, baseline)
    later = [ranking.rank(store, baseline + timedelta(weeks=weeks)) for weeks in (26, 52, 78, 104)]
    retained = {
        top: [100 * first[:top]["nominal_id"].isin(other[:top]["nominal_id"]).mean() for other in later]
        for top in TOP
    }
    top = first[:300].merge(
        ranking.follow_up(store, baseline), on="nominal_id", how="left", suffixes=("", "_after")
    )
    top = top.fillna({"harm": 0.0, "offences_after": 0})
    return Calibration(
        retained=retained,
        spearman_harm=_spearman(top["rank"], top["harm"]),
        spearman_offences=_spearman(top["rank"], top["offences_after"]),
        band_means=[float(top["harm"][low : low + 100].mean()) for low in (0, 100, 200)],
        top_100_harm=(float(top["harm"][:100].mean()), float(top["harm"][:100].std())),
        capture=_capture(top),
        naive=naive(store, truth, as_at),
    )


def _spearman(first: pd.Series, second: pd.Series) -> float:
    return float(np.corrcoef(first.rank(), second.rank())[0, 1])


def _capture(top: pd.DataFrame) -> tuple[float, float]:
    harmful = top[top["harm"] > 0].sort_values(["harm", "rank"], ascending=[False, True])[:100]
    return tuple(100 * float((harmful["rank"] <= cut).mean()) for cut in (100, 200))  # type: ignore[return-value]


def naive(
    store: duckdb.DuckDBPyConnection, truth: Path, as_at: date, sources: str = "source = 'idiom'"
) -> dict[str, float]:
    """Return offences a head and year before, during (and after) the first window, on calendar days.

    IDIOM prints its own spells, so these are the default; the register can be added.
    """
    store.execute(f"""
        create or replace table first_window as
        with spells as (
            select survivor, start_date::date as adopted, 
                least(coalesce(end_date::date, date '{as_at}'), date '{as_at}') as ended,
                end_date is null as is_open, record_id
            from read_csv('{truth / "windows.csv"}', all_varchar = true) join survivor using (nominal_id)
            where start_date is not null and {sources})
        select survivor, arg_min(adopted, (adopted, record_id)) as adopted,
            arg_min(ended, (adopted, record_id)) as ended, bool_or(is_open) as is_open
        from spells group by 1""")
    result: dict[str, float] = {}
    row = store.execute(f"""
        with counted as (
            select w.*, l.offence_date from first_window w left join (
                select * from links where cancelled_date is null and cleared is null) l using (survivor)),
        each as (
            select survivor, is_open, adopted, ended,
                count(*) filter (offence_date between adopted - 365 and adopted - 1) as pre,
                count(*) filter (offence_date between adopted and ended) as during,
                count(*) filter (offence_date >= adopted) as since
            from counted group by all)
        select sum(pre) / count(*) * 365.25 / 365, 365.25 * sum(during) / sum(ended - adopted + 1),
            365.25 * sum(since) / sum(date '{as_at}' - adopted + 1), count(*),
            sum(pre) filter (is_open) / count(*) filter (is_open) * 365.25 / 365,
            365.25 * sum(during) filter (is_open) / sum(ended - adopted + 1) filter (is_open), count(*) filter (is_open)
        from each""").fetchone()
    assert row is not None
    pre, during, since, people, current_pre, current_during, current = (float(value) for value in row)
    result.update(people=people, pre=pre, during=during, during_post=since)
    result.update(fall_pct=100 * (1 - during / pre), fall_post_pct=100 * (1 - since / pre))
    result.update(current_people=current, current_pre=current_pre, current_during=current_during)
    result["current_fall_pct"] = 100 * (1 - current_during / current_pre)
    return result
