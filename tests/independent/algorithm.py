"""Does the ranking work: retention, validity, bands, capture, gains, change of harm, trajectories."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.diagnostic import lilliefors

from tests.independent.facts import Facts, Rows, months_later, percent

POPULATIONS = ("all", "managed", "unmanaged", "at_liberty")


def members(ranked: pd.DataFrame, population: str) -> pd.DataFrame:
    """Return the people of a population at the run date."""
    managed = ranked["management_status"] == "managed"
    kept = {
        "all": managed | True,
        "managed": managed,
        "unmanaged": ~managed,
        "at_liberty": ~ranked["in_custody"],
    }
    return ranked[kept[population]]


def spearman(places: pd.Series, values: pd.Series) -> tuple[float | None, float | None]:
    """Return Spearman's coefficient and its p by the t approximation; nothing below 3 or for a constant."""
    if len(places) < 3 or values.nunique() < 2 or places.nunique() < 2:
        return None, None
    found = stats.spearmanr(places, values)
    return float(found.statistic), float(found.pvalue)


def validity_of(ranked: pd.DataFrame, rank: str = "rank") -> dict[str, float | None]:
    """Return n and the coefficients of a rank against follow-up harm and offences."""
    harm, harm_p = spearman(ranked[rank], ranked["follow_harm"])
    count, count_p = spearman(ranked[rank], ranked["follow_offences"])
    return {
        "n": len(ranked),
        "spearman_harm": harm,
        "spearman_harm_p": harm_p,
        "spearman_offences": count,
        "spearman_offences_p": count_p,
    }


def capture_of(
    ranked: pd.DataFrame, most: int, cuts: list[int], rank: str = "rank"
) -> dict[str, float | None]:
    """Return n_harmful, and for each cut the share of the most harmful that the first ranks hold."""
    harm = ranked["follow_harm"].to_numpy()
    places = min(most, int((harm > 0).sum()))
    found: dict[str, float | None] = {"n_harmful": int((harm > 0).sum())}
    weight = np.zeros(len(harm))
    if places:
        at_cut = np.sort(harm)[::-1][places - 1]
        weight[harm > at_cut] = 1
        weight[harm == at_cut] = (places - (harm > at_cut).sum()) / (harm == at_cut).sum()
    for cut in cuts:
        within = (ranked[rank] <= cut).to_numpy()
        found[f"share_{cut}"] = weight[within].sum() / places if places else None
    return found


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text.split(",")]


def retention(facts: Facts) -> pd.DataFrame:
    """Return how many of a list stand in a later one."""
    ranks = {day: part.set_index("nominal_id")["rank"] for day, part in facts.ranked.groupby("run_date")}
    rows: Rows = []
    for top_n in _numbers(facts.said["retention_top_ns"]):
        lists = {day: set(ranks[day][ranks[day] <= top_n].index) for day in facts.scheduled if day in ranks}
        for before, after in combinations_with_replacement(sorted(lists), 2):
            kept = len(lists[before] & lists[after])
            rows.append(
                {
                    "baseline_run_date": before,
                    "comparison_run_date": after,
                    "top_n": top_n,
                    "baseline_members": len(lists[before]),
                    "retained": kept,
                    "retained_pct": percent(kept, len(lists[before])),
                }
            )
    return pd.DataFrame(rows)


def validity(facts: Facts) -> pd.DataFrame:
    """Return rank against what followed, by population, for the first ranks and for all."""
    rows: Rows = []
    for day in facts.scheduled:
        for top_n in (facts.said["validity_top_n"], None):
            ranked = facts.at_date[day]
            first = ranked if top_n is None else ranked[ranked["rank"] <= top_n]
            for population in POPULATIONS:
                row = validity_of(members(first, population))
                rows.append(
                    {"run_date": day, "population": population, "top_n": top_n}
                    | row
                    | {"is_mature": facts.is_mature(day)}
                )
    return pd.DataFrame(rows)


def bands(facts: Facts) -> pd.DataFrame:
    """Return the follow-up of each band of ranks."""
    said, rows = facts.said, []
    size = said["band_size"]
    for day, ranked in facts.at_scheduled.items():
        for first in range(1, said["validity_top_n"] + 1, size):
            band = ranked[ranked["rank"].between(first, first + size - 1)]
            rows.append(
                {
                    "run_date": day,
                    "band": f"{first}-{first + size - 1}",
                    "n": len(band),
                    "mean_harm": band["follow_harm"].mean(),
                    "sd_harm": band["follow_harm"].std(ddof=1),
                    "mean_offences": band["follow_offences"].mean(),
                    "is_mature": facts.is_mature(day),
                }
            )
    return pd.DataFrame(rows)


def capture(facts: Facts) -> pd.DataFrame:
    """Return where the most harmful of the first ranks stood."""
    said, rows = facts.said, []
    cuts = _numbers(said["capture_top_ns"])
    for day, ranked in facts.at_scheduled.items():
        found = capture_of(
            ranked[ranked["rank"] <= said["validity_top_n"]], said["capture_most_harmful"], cuts
        )
        rows += [
            {
                "run_date": day,
                "top_n": cut,
                "share": found[f"share_{cut}"],
                "n_harmful": found["n_harmful"],
                "is_mature": facts.is_mature(day),
            }
            for cut in cuts
        ]
    return pd.DataFrame(rows)


def gains(facts: Facts) -> pd.DataFrame:
    """Return cumulative gains over all ranked."""
    rows: Rows = []
    for day, ranked in facts.at_scheduled.items():
        for pct in range(1, 101):
            first = ranked[ranked["rank"] * 100 <= len(ranked) * pct]
            row = {"run_date": day, "ranked_pct": pct, "is_mature": facts.is_mature(day)}
            for name, column in (("harm_share", "follow_harm"), ("offence_share", "follow_offences")):
                whole = ranked[column].sum()
                row[name] = first[column].sum() / whole if whole else None
            rows.append(row)
    return pd.DataFrame(rows)


def wilcoxon(differences: np.ndarray) -> tuple[float | None, float | None]:
    """Return z (negative where most fell) and p: zeros dropped, ties corrected, no continuity correction."""
    differences = differences[differences != 0]
    n = len(differences)
    if not n:
        return None, None
    ranks = stats.rankdata(np.abs(differences))
    _, ties = np.unique(ranks, return_counts=True)
    variance = n * (n + 1) * (2 * n + 1) / 24 - (ties**3 - ties).sum() / 48
    z = (ranks[differences > 0].sum() - n * (n + 1) / 4) / np.sqrt(variance)
    return float(z), float(2 * stats.norm.sf(abs(z)))


def _normality(differences: np.ndarray) -> tuple[float | None, float | None]:
    # The table of Lilliefors begins at four; a constant has no spread to compare with.
    if len(differences) < 4 or np.ptp(differences) == 0:
        return None, None
    statistic, p = lilliefors(differences, dist="norm", pvalmethod="table")
    return float(statistic), float(p)


def _samples(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, tuple[pd.Series, pd.Series]]:
    first, second = before.set_index("nominal_id"), after.set_index("nominal_id")
    both = second[second.index.isin(first.index)]
    managed = both["management_status"] == "managed"
    samples = {"top_100": (first["follow_harm"], second["follow_harm"])}
    for name, part in (
        ("common", both),
        ("common_managed", both[managed]),
        ("common_unmanaged", both[~managed]),
    ):
        samples[name] = (first.loc[part.index, "follow_harm"], part["follow_harm"])
    return samples


def comparison_dates(facts: Facts) -> list[pd.Timestamp]:
    """Return the baseline, and the scheduled dates nearest to half-years after it, up to as_at."""
    said = facts.said
    named = said["harm_change_baseline_date"]
    baseline = facts.scheduled[0]
    if named:
        baseline = min(facts.scheduled, key=lambda day: (abs((day - pd.Timestamp(named)).days), day))
    dates, step = [baseline], said["harm_change_first_step"]
    while True:
        due = pd.Timestamp(months_later(baseline.date(), step * said["harm_change_step_months"]))
        if due > facts.at:
            return dates
        nearest = min(facts.scheduled, key=lambda day: (abs((day - due).days), day))
        if nearest > dates[-1]:
            dates.append(nearest)
        step += 1


def harm_change(facts: Facts) -> pd.DataFrame:
    """Return the harm in the year after two dates, of each date's list and of those on both."""
    top, rows = facts.said["harm_change_top_n"], []
    baseline, *later = comparison_dates(facts)
    lists = {day: part[part["rank"] <= top] for day, part in facts.at_date.items()}
    for day in later:
        for sample, (before, after) in _samples(lists[baseline], lists[day]).items():
            change = (after - before).to_numpy() if sample != "top_100" else np.array([])
            z, p = wilcoxon(change)
            ks, ks_p = _normality(change)
            rows.append(
                {
                    "baseline_run_date": baseline,
                    "comparison_run_date": day,
                    "sample": sample,
                    "n_baseline": len(before),
                    "n_comparison": len(after),
                    "mean_baseline": before.mean(),
                    "sd_baseline": before.std(ddof=1),
                    "mean_comparison": after.mean(),
                    "sd_comparison": after.std(ddof=1),
                    "wilcoxon_z": z,
                    "wilcoxon_p": p,
                    "ks_statistic": ks,
                    "ks_p": ks_p,
                    "is_mature": facts.is_mature(day),
                }
            )
    return pd.DataFrame(rows)


def trajectories(facts: Facts) -> pd.DataFrame:
    """Return the ranks over time of the first list's top and of that of two years ago."""
    said = facts.said
    due = pd.Timestamp(months_later(facts.at.date(), -said["trajectories_months"]))
    second = [day for day in facts.scheduled if day <= due][-1:]
    parts = []
    for baseline in sorted({facts.scheduled[0], *second}):
        ranked = facts.at_date[baseline]
        top = ranked.loc[ranked["rank"] <= said["trajectories_top_n"], "nominal_id"]
        rows = facts.ranked[facts.ranked["nominal_id"].isin(top) & facts.ranked["is_scheduled"]]
        rows = rows[rows["run_date"] >= baseline]
        parts.append(rows[["run_date", "nominal_id", "rank"]].assign(baseline_run_date=baseline))
    return pd.concat(parts, ignore_index=True)
