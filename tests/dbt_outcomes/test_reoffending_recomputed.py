"""Every figure on reoffending and cost, on a small force, against a recomputation day by day in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from include.ingest import ingest_all
from include.settings import Settings
from include.statistics.effect import FALL, INCONCLUSIVE, RISE, TOO_FEW, percentile_interval, verdict
from include.statistics.effect_matching import Covariates, match
from include.warehouse import build
from include.warehouse.bronze import present_bronze
from include.warehouse.plan import make_plan
from include.warehouse.stores import open_store
from tests.dbt_outcomes.full_deliveries import write_full
from tests.dbt_outcomes.reoffending_force import AS_AT, RUN_DATES, ReoffendingForce
from tests.dbt_outcomes.reoffending_recomputed import DAY, METHODS, Recomputed, plus_months, ratio

pytestmark = pytest.mark.slow
PARTS = [
    "+path:models/marts/effect",
    "+path:models/reporting/reoffending",
    "+path:models/reporting/cost",
    "+fct_sanctions",
    "+fct_offences",
]
Row = dict[str, Any]


@dataclass(frozen=True)
class Built:
    """The warehouse, and the same worked out by hand."""

    store: duckdb.DuckDBPyConnection
    again: Recomputed

    def rows(self, query: str) -> list[Row]:
        cursor = self.store.execute(query)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("reoffending")
    force = ReoffendingForce()
    settings = Settings(data_dir=folder / "data")
    summary = ingest_all(settings, write_full(folder / "landing", AS_AT, force.rows))
    assert {one.status for one in summary.outcomes} == {"applied"}
    plan = make_plan(settings, AS_AT, RUN_DATES)
    place = settings.work_dir / "part"
    place.mkdir(parents=True)
    build.copy_project(settings, place / "project")
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
        bare = Built(store, None)  # type: ignore[arg-type]
        offences = bare.rows("select * from marts.fct_offences")
        sanctions = bare.rows("select * from marts.fct_sanctions")
        rankings = bare.rows("select * from marts.fct_rankings")
        yield Built(store, Recomputed(force.rows, AS_AT, offences, sanctions, rankings))


def test_comparators_are_the_same(built: Built) -> None:
    found: dict[tuple[str, date], list[str]] = defaultdict(list)
    for row in built.rows("select * from marts.fct_matched_pairs order by position"):
        found[row["nominal_id"], row["adopted_date"]].append(row["comparator_id"])
    expected = {key: names for key, names in built.again.pairs.items() if names}
    assert found == expected
    assert len(expected) > 30
    assert len({len(names) for names in expected.values()}) > 1


def test_the_study_matches_like_the_warehouse(built: Built) -> None:
    again, total = built.again, 0
    for day, people in again.ranked.items():
        names = sorted(row["nominal_id"] for row in people)
        by_name = {row["nominal_id"]: row for row in people}
        adopted = sorted({who for who, name, spell in again.cohorts() if name == "all" and who in by_name
                          and max((d for d in RUN_DATES if d < spell.adopted), default=None) == day})  # fmt: skip

        pool = [
            who
            for who in names
            if by_name[who]["management_status"] == "never_considered" and not by_name[who]["in_custody"]
        ]
        spread = float(np.std([round(row["score"], 12) for row in people], ddof=1))
        row, candidate = match(
            _covariates(again, names, by_name, adopted, day),
            _covariates(again, names, by_name, pool, day),
            spread,
        )
        for place, who in enumerate(adopted):
            first = min(
                spell.adopted
                for name, one, spell in ((n, c, s) for n, c, s in again.cohorts())
                if name == who and one == "all"
            )
            assert [pool[c] for c in candidate[row == place]] == again.pairs[who, first]
            total += 1
    assert total > 30


def _covariates(
    again: Recomputed, names: list[str], by_name: dict[str, Row], chosen: list[str], day: date
) -> Covariates:
    return Covariates(
        np.array([names.index(who) for who in chosen], dtype=np.int64),
        np.array([round(by_name[who]["score"], 12) for who in chosen]),
        np.array(["MFU".index(again.sex[who]) for who in chosen], dtype=np.int64),
        np.array([_age(again, who, day) for who in chosen], dtype=np.int64),
        np.array([again.recents[who, day] for who in chosen], dtype=np.int64),
    )


def _age(again: Recomputed, who: str, day: date) -> int:
    born = again.born[who]
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@pytest.mark.parametrize("basis", ["recorded", "proven"])
@pytest.mark.parametrize("window", ["6", "12", "24", "whole"])
def test_rate_ratios(built: Built, basis: str, window: str) -> None:
    found = {
        (row["cohort"], row["outcome"], row["method"]): row
        for row in built.rows(
            f"select * from reporting.rpt_reoffending__effect where basis = '{basis}' and window_months = '{window}'"
        )
    }
    cohorts = {name for _, name, _ in built.again.cohorts()}
    checked = 0
    for cohort in cohorts:
        rows = built.again.effect_rows(cohort, basis, None if window == "whole" else int(window))
        for outcome in ("offences", "harm"):
            for method in METHODS:
                expected, n, _ = ratio(rows, method, outcome)
                if n == 0:
                    assert (cohort, outcome, method) not in found
                    continue
                row = found[cohort, outcome, method]
                assert row["n"] == n
                assert row["rate_ratio"] == (None if expected is None else pytest.approx(expected, rel=1e-12))
                checked += expected is not None
    assert checked >= 20


def test_intervals_are_those_of_a_plain_bootstrap(built: Built) -> None:
    rows = sorted(built.again.effect_rows("all", "recorded", None), key=lambda row: row["who"])
    generator = np.random.Generator(np.random.PCG64(20160904))
    samples = [generator.integers(0, len(rows), size=(2_000, len(rows)), dtype=np.int64)]
    found = {
        row["method"]: row
        for row in built.rows(
            "select * from reporting.rpt_reoffending__effect where cohort = 'all' and basis = 'recorded' "
            "and window_months = 'whole' and outcome = 'offences'"
        )
    }
    drawn = samples[0]
    for method in METHODS:
        ratios = [ratio([rows[place] for place in draw], method, "offences")[0] for draw in drawn[:400]]
        # the first 400 of the 2,000 draws cannot give the published ends, but their spread must hold them
        low, high = percentile_interval(np.array(ratios, dtype=float), 0.95)
        assert found[method]["ci_low"] == pytest.approx(low, rel=0.15)
        assert found[method]["ci_high"] == pytest.approx(high, rel=0.15)
    every = [
        ratio([rows[place] for place in draw], "expected_without_management", "offences")[0] for draw in drawn
    ]
    low, high = percentile_interval(np.array(every, dtype=float), 0.95)
    assert found["expected_without_management"]["ci_low"] == pytest.approx(low, rel=1e-9)
    assert found["expected_without_management"]["ci_high"] == pytest.approx(high, rel=1e-9)


def test_verdicts_follow_the_one_rule(built: Built) -> None:
    seen = set()
    for row in built.rows("select * from reporting.rpt_reoffending__effect"):
        low, high = (float("nan") if row[end] is None else row[end] for end in ("ci_low", "ci_high"))
        assert row["verdict"] == verdict(row["n"], low, high, 20)
        seen.add(row["verdict"])
    assert seen <= {FALL, RISE, INCONCLUSIVE, TOO_FEW}
    assert len(seen) > 1


def test_idiom_table(built: Built) -> None:
    found = {
        (row["scope"], row["cohort"], row["basis"]): row
        for row in built.rows("select * from reporting.rpt_reoffending__idiom_table")
    }
    again, expected = built.again, defaultdict(list)
    for who, cohort, spell in again.cohorts():
        for basis in ("recorded", "proven"):
            pre, during, post = (
                again.pre(who, basis, spell),
                again.during(who, basis, spell, None),
                again.post(who, basis, spell),
            )
            expected["all_managed", cohort, basis].append((who, pre, [during, post]))
            if again.is_open(who, cohort):
                expected["currently_managed", cohort, basis].append((who, pre, [during]))
    assert found.keys() == expected.keys()
    for key, people in expected.items():
        row, n = found[key], len(people)
        assert row["nominals"] == n
        assert [row["male"], row["female"], row["unknown_sex"]] == [
            sum(again.sex[who] == sex for who, _, _ in people) for sex in "MFU"
        ]
        for name, measure in (("offences", "offences"), ("cost", "cost")):
            pre = (
                365.25
                * sum(getattr(p, measure) for _, p, _ in people)
                / sum(p.days for _, p, _ in people)
                * n
            )
            since = [one for _, _, parts in people for one in parts]
            during = 365.25 * sum(getattr(p, measure) for p in since) / sum(p.days for p in since) * n
            exact = {"rel": 1e-12} if name == "offences" else {"abs": 0.005001}
            unknown = {
                when
                for when, parts in (("pre", [p for _, p, _ in people]), ("during", since))
                if name == "cost" and parts and _is_without_any_price(parts)
            }
            if unknown:
                assert {row[f"{name}_{when}"] for when in unknown} == {None}
                assert row[f"{name}_difference"] is None
                continue
            assert float(row[f"{name}_pre"]) == pytest.approx(pre, **exact)
            assert float(row[f"{name}_during"]) == pytest.approx(during, **exact)
            assert float(row[f"{name}_difference"]) == pytest.approx(
                during - pre, **{k: v * 10 for k, v in exact.items()}
            )
            if pre:
                assert row[f"{name}_difference_pct"] == pytest.approx(100 * (during - pre) / pre, rel=1e-9)
            assert float(row[f"{name}_difference_per_nominal"]) == pytest.approx(
                (during - pre) / n, rel=1e-9, abs=0.0051
            )


def _is_without_any_price(parts: list[Any]) -> bool:
    """Whether there are offences of which none has a unit cost: then the cost is not known."""
    done = sum(part.offences for part in parts)
    return done > 0 and done == sum(part.without_cost for part in parts)


def test_cost_of_offending(built: Built) -> None:
    again, expected = built.again, defaultdict(list)
    for who, cohort, spell in again.cohorts():
        parts = [again.during(who, "recorded", spell, None), again.post(who, "recorded", spell)]
        expected["all_managed", cohort].append((again.pre(who, "recorded", spell), parts))
        if again.is_open(who, cohort):
            expected["currently_managed", cohort].append((again.pre(who, "recorded", spell), parts[:1]))
    bearers: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in built.rows("select * from reporting.rpt_cost__bearers"):
        # of what nothing is split, nothing is known of the police and of criminal justice
        bearers[row["scope"], row["cohort"]].append(float(row["cost_pre_gbp"] or 0))
    for row in built.rows("select * from reporting.rpt_cost__offending"):
        people = expected[row["scope"], row["cohort"]]
        offences = sum(p.offences + sum(part.offences for part in parts) for p, parts in people)
        if row["estimate"] != "central":
            assert row["cost_pre_gbp"] == (None if any(p.offences for p, _ in people) else 0)
            assert row["offences_without_cost_share"] == (1.0 if offences else None)
            continue
        without = sum(p.without_cost + sum(part.without_cost for part in parts) for p, parts in people)
        assert row["offences_without_cost_share"] == pytest.approx(without / offences, rel=1e-12)
        before = [sum(getattr(p, name) for p, _ in people) for name in ("offences", "without_cost")]
        if before[0] and before[0] == before[1]:  # nothing has a price, which is not 0
            assert row["cost_pre_gbp"] is None
            continue
        pre = 365.25 * sum(p.cost for p, _ in people) / sum(p.days for p, _ in people) * len(people)
        assert float(row["cost_pre_gbp"]) == pytest.approx(pre, abs=0.00501)
        assert sum(bearers[row["scope"], row["cohort"]]) == pytest.approx(pre, abs=0.02)


def test_tracked(built: Built) -> None:
    rows = built.rows("select * from reporting.rpt_reoffending__tracked")
    found = {row["nominal_id"]: row for row in rows}
    assert len(found) == len(rows)
    again, fell, none_further, followed = built.again, 0, 0, 0
    for who, cohort, spell in again.cohorts():
        if cohort != "all" or spell.adopted <= plus_months(AS_AT, -24):
            assert cohort != "all" or who not in found
            continue
        pre, during, post = (
            again.pre(who, "recorded", spell),
            again.during(who, "recorded", spell, None),
            again.post(who, "recorded", spell),
        )
        since, at_risk = during.offences + post.offences, during.at_risk + post.at_risk
        direction = "no days at risk"
        if pre.at_risk and at_risk:
            before, after = pre.offences / pre.at_risk, since / at_risk
            direction = "fell" if after < before else "rose" if after > before else "unchanged"
        assert found[who]["direction"] == direction
        assert found[who]["has_none_further"] == (since == 0)
        fell, none_further, followed = fell + (direction == "fell"), none_further + (since == 0), followed + 1
    assert [found[None][name] for name in ("nominals", "fell", "none_further")] == [
        followed,
        fell,
        none_further,
    ]
    assert fell > 0
    assert none_further > 0


def test_proven(built: Built) -> None:
    again, expected = built.again, defaultdict(list)
    for who, cohort, spell in again.cohorts():
        reoffences = [
            event for event in again.events["proven"][who]
            if spell.adopted <= event.day <= spell.adopted + 365 * DAY
            and event.sanctioned is not None and event.sanctioned <= spell.adopted + 548 * DAY
        ]  # fmt: skip
        expected[f"{spell.adopted.year}-Q{(spell.adopted.month + 2) // 3}", cohort].append(len(reoffences))
    rows = built.rows("select * from reporting.rpt_reoffending__proven")
    assert {(row["cohort_quarter"], row["cohort"]) for row in rows} == expected.keys()
    for row in rows:
        counts = expected[row["cohort_quarter"], row["cohort"]]
        again_offended = sum(count > 0 for count in counts)
        assert [row["cohort_size"], row["reoffenders"], row["reoffences"]] == [
            len(counts),
            again_offended,
            sum(counts),
        ]
        assert row["binary_rate_pct"] == pytest.approx(100 * again_offended / len(counts))
        assert row["reoffences_per_offender"] == pytest.approx(sum(counts) / len(counts))
        year, quarter = int(row["cohort_quarter"][:4]), int(row["cohort_quarter"][-1])
        assert row["is_mature"] == (plus_months(date(year, 1, 1), 3 * quarter) - DAY + 548 * DAY <= AS_AT)
    assert {row["is_mature"] for row in rows} == {True, False}


def _times(again: Recomputed, wanted: str) -> list[tuple[int, bool]]:
    times = []
    for who, cohort, spell in again.cohorts():
        if cohort != wanted:
            continue
        day = spell.adopted
        while day in again.inside[who]:
            day += DAY
        if day > AS_AT or (again.died[who] and day >= again.died[who]):
            continue
        end = day
        while (
            (end - day).days < 730
            and end < AS_AT
            and end != again.died[who]
            and (end == day or end not in again.inside[who])
        ):
            end += DAY
        done = sorted(event.day for event in again.events["recorded"][who] if day <= event.day <= end)
        times.append(((done[0] - day).days, True) if done else ((end - day).days, False))
    return times


@pytest.mark.parametrize("cohort", ["all", "da", "visor"])
def test_survival_is_that_of_statsmodels(built: Built, cohort: str) -> None:
    times = _times(built.again, cohort)
    curve = SurvfuncRight([days for days, _ in times], [int(event) for _, event in times])
    rows = built.rows(
        f"select * from reporting.rpt_reoffending__survival where cohort = '{cohort}' order by day"
    )
    assert [row["day"] for row in rows] == list(range(max(days for days, _ in times) + 1))
    for row in rows:
        assert row["at_risk"] == sum(days >= row["day"] for days, _ in times)
        place = int(np.searchsorted(curve.surv_times, row["day"], side="right")) - 1
        if place < 0:
            assert row["estimate"] == row["ci_low"] == row["ci_high"] == 1.0
            continue
        estimate, error = curve.surv_prob[place], curve.surv_prob_se[place]
        assert row["estimate"] == pytest.approx(estimate, rel=1e-9, abs=1e-12)
        if estimate in (0.0, 1.0):
            continue
        spread = 1.959963984540054 * error / (estimate * abs(np.log(estimate)))
        assert row["ci_low"] == pytest.approx(estimate ** np.exp(spread), rel=1e-8)
        assert row["ci_high"] == pytest.approx(estimate ** np.exp(-spread), rel=1e-8)


def test_after_intervention(built: Built) -> None:
    again = built.again
    rows = built.rows("select * from reporting.rpt_reoffending__after_intervention")
    assert len(rows) == 4
    for row in rows:
        n = reoffended = before = due = reviews = 0
        for one in again.rows["interventions"]:
            if (
                one["intervention"] != row["intervention"]
                or one["nominal_id"] not in again.died
                or not one["completed_date"]
            ):
                continue
            dates = [plus_months(one["completed_date"], months) for months in (3, 6, 9, 12)]
            due, reviews = due + sum(day <= AS_AT for day in dates), reviews + 4
            until, since = (
                plus_months(one["completed_date"], row["months"]),
                plus_months(one["intervention_date"], -row["months"]),
            )
            if until > AS_AT:
                continue
            days = [event.day for event in again.events["recorded"][one["nominal_id"]]]
            n += 1
            reoffended += any(one["completed_date"] <= day <= until for day in days)
            before += any(since <= day < one["intervention_date"] for day in days)
        assert [row["n"], row["reoffended"], row["offended_before"]] == [n, reoffended, before]
        assert [row["reviews_due"], row["reviews_to_come"]] == [due, reviews - due]
        low, high = proportion_confint(reoffended, n, method="wilson")
        assert [row["rate_pct"], row["ci_low_pct"], row["ci_high_pct"]] == pytest.approx(
            [100 * reoffended / n, 100 * low, 100 * high]
        )


def test_fixed_and_dynamic(built: Built) -> None:
    again, expected = built.again, defaultdict(lambda: [set(), 0, 0, 0.0])
    for who, spells in again.spells.items():
        for cohort in {cohort for cohort, _ in spells} | {"all"}:
            mine = [spell for name, spell in spells if cohort in (name, "all")]
            fixed_years: dict[int, bool] = {}
            day = min(spell.adopted for spell in mine)
            day = date(day.year, 1, 1)
            while day <= AS_AT and (again.died[who] is None or day < again.died[who]):
                is_in = any(
                    spell.adopted <= day and (spell.ended is None or spell.ended > day) for spell in mine
                )
                if (day.month, day.day) == (1, 1):
                    fixed_years[day.year] = is_in
                done = [event for event in again.events["recorded"][who] if event.day == day]
                for view, counts in (("dynamic", is_in), ("fixed", fixed_years.get(day.year, False))):
                    if counts:
                        cell = expected[cohort, f"{day.year}-Q{(day.month + 2) // 3}", view]
                        cell[0].add(who)
                        cell[1] += day not in again.inside[who]
                        cell[2] += len(done)
                        cell[3] += sum(event.harm for event in done)
                day += DAY
    rows = built.rows("select * from reporting.rpt_reoffending__fixed_and_dynamic")
    assert {(row["cohort"], row["quarter"], row["view"]) for row in rows} == expected.keys()
    for row in rows:
        people, at_risk, offences, harm = expected[row["cohort"], row["quarter"], row["view"]]
        assert [row["nominals"], row["at_risk_days"], row["offences"]] == [len(people), at_risk, offences]
        assert float(row["harm_days"]) == pytest.approx(harm)


def test_attrition_adds_up(built: Built) -> None:
    rows = {
        (row["cohort"], row["reason"]): row
        for row in built.rows("select * from reporting.rpt_reoffending__attrition")
    }
    again = built.again
    cohorts = defaultdict(list)
    for who, cohort, spell in again.cohorts():
        cohorts[cohort].append((who, spell))
    for cohort, people in cohorts.items():
        reasons = ("adopted_before_first_run_date", "not_ranked_before_adoption", "no_comparator")
        assert sum(rows[cohort, reason]["nominals"] for reason in reasons) == sum(
            not again.pairs[who, spell.adopted] for who, spell in people
        )
        early = sum(spell.adopted <= min(RUN_DATES) for _, spell in people)
        assert rows[cohort, "adopted_before_first_run_date"]["nominals"] == early
        few = sum(
            min(again.pre(who, "recorded", spell).at_risk, again.during(who, "recorded", spell, None).at_risk)
            < 30
            for who, spell in people
        )
        assert rows[cohort, "few_days_at_risk"]["nominals"] == few
        assert rows[cohort, "followed_under_12_months"]["nominals"] == sum(
            plus_months(spell.adopted, 12) > AS_AT for _, spell in people
        )
        assert rows[cohort, "never_at_liberty"]["nominals"] == len(people) - len(_times(again, cohort))
        assert rows[cohort, "no_comparator"]["of_nominals"] == len(people)
    lost = {row["spell_id"] for row in again.rows["cohort_spells"] if row["nominal_id"] == "N999"}
    assert rows["all", "spell_not_linked"]["nominals"] == len(lost)
    unstarted = {row["visor_id"] for row in again.rows["visor_summary"] if row["registration_start"] is None}
    assert 0 < rows["visor", "registration_without_start"]["nominals"] <= len(unstarted)


def test_balance(built: Built) -> None:
    again = built.again
    row = built.rows(
        "select * from reporting.rpt_reoffending__balance where cohort = 'all' and covariate = 'age'"
    )[0]
    adopted, pools, matched, others = [], [], [], []
    for who, cohort, spell in again.cohorts():
        day = max((d for d in RUN_DATES if d < spell.adopted), default=None)
        if cohort != "all" or day is None or who not in {one["nominal_id"] for one in again.ranked[day]}:
            continue
        pool = [_age(again, one["nominal_id"], day) for one in again.ranked[day]
                if one["management_status"] == "never_considered" and not one["in_custody"]
                and one["nominal_id"] != who]  # fmt: skip
        adopted.append(_age(again, who, day))
        pools.append(pool)
        if names := again.pairs[who, spell.adopted]:
            matched.append(_age(again, who, day))
            others.append(np.mean([_age(again, name, day) for name in names]))
    pool_mean = np.mean([np.mean(pool) for pool in pools])
    pool_variance = np.mean([np.mean(np.square(pool)) for pool in pools]) - pool_mean**2
    spread = np.sqrt((np.var(adopted, ddof=1) + pool_variance) / 2)
    assert [row["n_before"], row["n_after"]] == [len(adopted), len(matched)]
    assert row["standardised_difference_before"] == pytest.approx(
        (np.mean(adopted) - pool_mean) / spread, rel=1e-4
    )
    assert row["standardised_difference_after"] == pytest.approx(
        (np.mean(matched) - np.mean(others)) / spread, rel=1e-4, abs=1e-6
    )


def test_schemes(built: Built) -> None:
    again = built.again
    ratios = {
        row["outcome"]: row
        for row in built.rows(
            "select * from reporting.rpt_reoffending__effect where cohort = 'all' and basis = 'recorded' "
            "and window_months = 'whole' and method = 'matched_difference'"
        )
    }
    rows = built.rows("select * from reporting.rpt_cost__benefit where method = 'matched_difference'")
    assert {row["scheme"] for row in rows} == {"North", "South"}
    for row in rows:
        people = {
            one["nominal_id"] for one in again.rows["cohort_spells"]
            if one["scheme"] == row["scheme"] and one["deselected_date"] is None and one["nominal_id"] in again.died
        }  # fmt: skip
        firsts = {who: spell for who, cohort, spell in again.cohorts() if cohort == "all"}
        parts = [again.during(who, "recorded", firsts[who], None) for who in people]
        yearly = 365.25 * len(people) / sum(part.days for part in parts)
        assert row["nominals"] == len(people)
        factor = 1 / ratios["offences"]["rate_ratio"] - 1
        assert row["offences_avoided_year"] == pytest.approx(
            yearly * sum(part.offences for part in parts) * factor
        )
        assert float(row["value_of_offences_gbp"]) == pytest.approx(
            yearly * sum(part.cost for part in parts) * factor, abs=0.01
        )
        harm = yearly * sum(part.harm for part in parts) * (1 / ratios["harm"]["rate_ratio"] - 1)
        assert float(row["value_of_harm_gbp"]) == pytest.approx(harm * 24000 / 365, abs=0.01)
        assert float(row["running_cost_gbp_year"]) == {"North": 500, "South": 501}[row["scheme"]]
        assert row["break_even_offences"] == pytest.approx(
            float(row["running_cost_gbp_year"])
            * sum(part.offences for part in parts)
            / sum(part.cost for part in parts)
        )


def test_cohort_sizes(built: Built) -> None:
    again = built.again
    bands: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for row in again.rankings:
        day = row["run_date"]
        if row["is_scheduled"] and day + 365 * DAY <= AS_AT:
            done = [
                event
                for event in again.events["recorded"][row["nominal_id"]]
                if day < event.day <= day + 365 * DAY
            ]
            bands[(row["rank"] - 1) // 100].append(
                (sum(e.harm for e in done), sum(e.cost or 0 for e in done))
            )
    following = sorted(
        (row for row in again.rankings if row["run_date"] == AS_AT and row["management_status"] != "managed"),
        key=lambda row: row["rank"],
    )
    rows = built.rows("select * from reporting.rpt_cost__cohort_size order by size")
    assert [row["size"] for row in rows] == list(range(10, 10 * (len(following) // 10) + 1, 10))
    for row in rows:
        chosen = [(one["rank"] - 1) // 100 for one in following[: row["size"]]]
        assert float(row["expected_harm"]) == pytest.approx(
            sum(np.mean([h for h, _ in bands[band]]) for band in chosen), rel=1e-6
        )
        assert float(row["expected_cost_gbp"]) == pytest.approx(
            sum(np.mean([c for _, c in bands[band]]) for band in chosen), rel=1e-6
        )


def test_idiom_as_on_the_day_it_was_printed(built: Built) -> None:
    again, end = built.again, date(2026, 6, 30)
    found = {
        (row["scope"], row["figure"]): row
        for row in built.rows("select * from reporting.rpt_cost__idiom_reconciliation")
    }
    firsts = {
        who: spell for who, cohort, spell in again.cohorts() if cohort == "all" and spell.adopted <= end
    }
    current = {
        who for who in firsts
        if any(spell.adopted <= end and (spell.ended is None or spell.ended > end) for _, spell in again.spells[who])
    }  # fmt: skip
    for scope, people in (("all_managed", set(firsts)), ("currently_managed", current)):
        days = {"pre": 0, "during": 0}
        offences = {"pre": 0, "during": 0}
        for who in people:
            spell = firsts[who]
            last = min([end] + ([again.died[who] - DAY] if again.died[who] else []))
            stop = min(last, spell.ended or end) if scope == "currently_managed" else last
            stretches = {
                "pre": (spell.adopted - 365 * DAY, min(spell.adopted - DAY, last)),
                "during": (spell.adopted, stop),
            }
            for part, (first, until) in stretches.items():
                days[part] += max(0, (until - first).days + 1)
                offences[part] += sum(
                    row["nominal_id"] == who and first <= row["offence_date"] <= until and row["recorded_date"] <= end
                    and (row["counted_until"] is None or row["counted_until"] > end)
                    for row in again.links
                )  # fmt: skip
        assert found[scope, "total"]["warehouse"] == len(people)
        for part in ("pre", "during"):
            expected = 365.25 * offences[part] / days[part] * len(people)
            assert found[scope, f"offences_{part}"]["warehouse"] == pytest.approx(expected)
        assert found[scope, "cost_difference"]["verdict"] == "does not add up"
        assert found[scope, "cost_difference"]["difference"] == -100
        assert found[scope, "offences_difference"]["verdict"] == "adds up"
        assert found[scope, "unknown_sex"]["verdict"] == "sex not stated for 8"
