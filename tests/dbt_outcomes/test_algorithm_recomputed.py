"""Every figure of the evaluation on a small synthetic force, against a recomputation that shares only its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from include.ingest import ingest_all
from include.settings import REPOSITORY, Settings
from include.synthetic import generate_force
from include.warehouse import build
from include.warehouse.bronze import present_bronze
from include.warehouse.plan import make_plan
from include.warehouse.stores import open_store
from tests.dbt_outcomes import algorithm_recomputed as again
from tests.dbt_outcomes.algorithm_recomputed import POPULATIONS, Inputs

pytestmark = pytest.mark.slow
AS_AT = date(2026, 9, 20)
DATES = [AS_AT - timedelta(days=42 * step) for step in range(26, -1, -1)]
PARTS = ["+path:models/reporting/algorithm", "+fct_offences", "+dim_nominals", "+fct_custody_spells"]


@dataclass(frozen=True)
class Evaluated:
    """A built force, what it was built from, and everybody followed from each date."""

    store: duckdb.DuckDBPyConnection
    inputs: Inputs
    people: dict[date, pd.DataFrame]

    def report(self, name: str) -> pd.DataFrame:
        frame = self.store.execute(f"select * from reporting.rpt_algorithm__{name}").df()
        for column in frame.columns:
            if column.endswith(("run_date", "as_at")):
                frame[column] = pd.to_datetime(frame[column]).dt.date
        return frame


def _dates(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    for column in columns:
        days = pd.to_datetime(frame[column])
        frame[column] = days.dt.date.astype(object).where(days.notna(), None)
    return frame


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluated]:
    folder: Path = tmp_path_factory.mktemp("evaluated")
    generate_force(folder / "force", nominals=1_200, seed=7)
    settings = Settings(data_dir=folder / "data")
    ingest_all(settings, folder / "force" / "landing")
    plan = make_plan(settings, AS_AT, DATES)
    place = settings.work_dir / "part"
    place.mkdir(parents=True)
    build._copy_project(settings, place / "project")
    present_bronze(settings, plan, place / "scratch.duckdb")
    arguments = [
        "build",
        "--select",
        *PARTS,
        "--indirect-selection",
        "cautious",
        "--exclude-resource-type",
        "unit_test",
    ]
    outcome = build.run_dbt(settings, plan, arguments, place)
    assert outcome.returncode == 0, outcome.stdout[-3000:]
    with open_store(place / "warehouse.duckdb") as store:
        rankings = _dates(
            store.execute("select * from marts.fct_rankings").df(), "run_date", "latest_offence_date"
        )
        rankings["weighted_harm_days"] = rankings["weighted_harm_days"].astype(float)
        links = _dates(
            store.execute(
                "select nominal_id, offence_id, offence_date, recorded_date, counted_until,"
                " ho_code, ogrs3_group, harm_days::double as harm_days from marts.fct_offences"
            ).df(),
            "offence_date",
            "recorded_date",
            "counted_until",
        )
        nominals = _dates(store.execute("select * from marts.dim_nominals").df(), "date_of_birth")
        custody = _dates(
            store.execute("select * from marts.fct_custody_spells").df(), "start_date", "end_date"
        )
        seeds = ("recency_frequency_gravity", "ogrs4_coefficients", "ogrs4_offence_categories")
        points, ogrs4, categories = (
            pd.read_csv(REPOSITORY / "dbt_project" / "seeds" / f"{seed}.csv") for seed in seeds
        )
        inputs = Inputs(rankings, links, points, nominals, custody, ogrs4, categories, AS_AT)
        yield Evaluated(store, inputs, {day: again.followed(inputs, day) for day in DATES})


def _close(found: float | None, wanted: float, tolerance: float = 1e-9) -> bool:
    if found is None or pd.isna(found):
        return bool(np.isnan(wanted))
    return abs(found - wanted) <= tolerance * max(1.0, abs(wanted))


def test_there_is_something_to_evaluate(evaluated: Evaluated) -> None:
    assert min(len(people) for people in evaluated.people.values()) > 500
    assert sum((people["management_status"] == "managed").sum() for people in evaluated.people.values()) > 100
    assert evaluated.inputs.links["counted_until"].notna().sum() > 20
    assert evaluated.inputs.links["harm_days"].isna().sum() >= 0


def test_retention(evaluated: Evaluated) -> None:
    report = evaluated.report("retention").set_index(["baseline_run_date", "comparison_run_date", "top_n"])
    assert len(report) == 4 * len(DATES) * (len(DATES) + 1) // 2
    for (first, second, top_n), row in report.iterrows():
        before = set(evaluated.people[first].head(top_n).index)
        after = set(evaluated.people[second].head(top_n).index)
        assert (row.baseline_members, row.retained) == (len(before), len(before & after))
        assert _close(row.retained_pct, 100 * len(before & after) / len(before))


def test_validity(evaluated: Evaluated) -> None:
    report = evaluated.report("validity")
    assert len(report) == len(DATES) * 8
    for row in report.itertuples():
        people = evaluated.people[row.run_date]
        people = people if pd.isna(row.top_n) else people.head(300)
        part = again.members(people, row.population)
        assert row.n == len(part)
        for outcome, column in (("harm", "harm"), ("offences", "offences")):
            rho, p = again.correlation(part, column)
            assert _close(getattr(row, f"spearman_{outcome}"), rho), row
            assert _close(getattr(row, f"spearman_{outcome}_p"), p), row
        assert row.is_mature == (row.run_date + timedelta(days=365) <= AS_AT)


def test_bands(evaluated: Evaluated) -> None:
    report = evaluated.report("bands").set_index(["run_date", "band"])
    assert len(report) == len(DATES) * 3
    for (day, band), row in report.iterrows():
        low, high = map(int, band.split("-"))
        part = evaluated.people[day].iloc[low - 1 : high]
        assert row.n == len(part)
        assert _close(row.mean_harm, part["harm"].mean())
        assert _close(row.sd_harm, part["harm"].std(ddof=1))
        assert _close(row.mean_offences, part["offences"].mean())


def test_capture(evaluated: Evaluated) -> None:
    report = evaluated.report("capture").set_index(["run_date", "top_n"])
    assert len(report) == len(DATES) * 2
    for (day, top_n), row in report.iterrows():
        top = evaluated.people[day].head(300)
        share, harmful = again.captured(top.assign(place=top["rank"]), top_n)
        assert row.n_harmful == harmful
        assert _close(row.share, share)


def test_gains(evaluated: Evaluated) -> None:
    report = evaluated.report("gains").set_index(["run_date", "ranked_pct"])
    assert len(report) == len(DATES) * 100
    for (day, pct), row in report.iterrows():
        people = evaluated.people[day]
        part = people[people["rank"] * 100 <= len(people) * pct]
        for share, column in (("harm_share", "harm"), ("offence_share", "offences")):
            whole = people[column].sum()
            assert _close(row[share], part[column].sum() / whole if whole else float("nan"))


def test_harm_change(evaluated: Evaluated) -> None:
    report = evaluated.report("harm_change").set_index(["comparison_run_date", "sample"])
    baseline, targets = DATES[0], [again.months_after(DATES[0], 6 * step) for step in range(2, 40)]
    wanted = {again.nearest(DATES, target) for target in targets if target <= AS_AT}
    assert set(report.index.get_level_values(0)) == wanted
    assert len(report) == 4 * len(wanted)
    for (day, sample), row in report.iterrows():
        before, after = evaluated.people[baseline].head(100), evaluated.people[day].head(100)
        if sample != "top_100":
            common = after[after.index.isin(before.index)]
            part = {"common": "all", "common_managed": "managed", "common_unmanaged": "unmanaged"}[sample]
            after = again.members(common, part)
            before = before.loc[after.index]
            differences = (after["harm"] - before["harm"]).to_numpy().round(4)
            for names, test in (
                (("wilcoxon_z", "wilcoxon_p"), again.wilcoxon),
                (("ks_statistic", "ks_p"), again.normality),
            ):
                for name, value in zip(names, test(differences), strict=True):
                    assert _close(row[name], value), (day, sample, name, row[name], value)
        assert row.baseline_run_date == baseline
        assert (row.n_baseline, row.n_comparison) == (len(before), len(after))
        for side, people in (("baseline", before), ("comparison", after)):
            assert _close(row[f"mean_{side}"], people["harm"].mean())
            assert _close(row[f"sd_{side}"], people["harm"].std(ddof=1))


def test_trajectories(evaluated: Evaluated) -> None:
    report = evaluated.report("trajectories")
    second = max(day for day in DATES if day <= again.months_after(AS_AT, -24))
    wanted = {
        (baseline, day, person, people.loc[person, "rank"])
        for baseline in (DATES[0], second)
        for day, people in evaluated.people.items()
        for person in evaluated.people[baseline].head(20).index
        if day >= baseline and person in people.index
    }
    assert set(report.itertuples(index=False, name=None)) == wanted


def test_challengers(evaluated: Evaluated) -> None:
    report = evaluated.report("challengers").set_index(["run_date", "algorithm", "population"])
    for day in DATES[::4]:
        people = evaluated.people[day]
        tops = again.challengers(evaluated.inputs, day, people)
        assert len(report) == len(DATES) * len(tops) * len(POPULATIONS)
        for name, top in tops.items():
            for population in POPULATIONS:
                row, part = report.loc[day, name, population], again.members(top, population)
                assert row.n == len(part), (day, name, population)
                for outcome in ("harm", "offences"):
                    rho, p = again.correlation(part, outcome)
                    base = again.correlation(again.members(tops["hhpu"], population), outcome)[0]
                    assert _close(row[f"spearman_{outcome}"], rho), (day, name, population)
                    assert _close(row[f"spearman_{outcome}_p"], p)
                    assert _close(row[f"spearman_{outcome}_difference"], rho - base)
            row = report.loc[day, name, "all"]
            for top_n in (100, 200):
                share, harmful = again.captured(top, top_n)
                assert row.n_harmful == harmful
                assert _close(row[f"share_{top_n}"], share)
                assert _close(
                    row[f"share_{top_n}_difference"], share - again.captured(tops["hhpu"], top_n)[0]
                )


def test_intervals_stand_at_half_yearly_mature_dates_and_hold_the_difference(evaluated: Evaluated) -> None:
    report = evaluated.report("challengers")
    report = report[report["algorithm"] != "hhpu"]
    mature = [day for day in DATES if day + timedelta(days=365) <= AS_AT]
    targets = [again.months_after(DATES[0], 6 * step) for step in range(40)]
    wanted = {again.nearest(DATES, target) for target in targets if target <= AS_AT} & set(mature)
    wanted.add(mature[-1])
    whole = report[report["population"] == "all"]
    there = whole[whole["spearman_harm_difference_low"].notna()]
    assert set(there["run_date"]) == wanted
    inside = (there["spearman_harm_difference_low"] <= there["spearman_harm_difference"]) & (
        there["spearman_harm_difference"] <= there["spearman_harm_difference_high"]
    )
    assert inside.all()
