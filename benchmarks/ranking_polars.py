"""Harm, OGRS3, score and ranking as one would write them in polars: lazy frames, one per date, collected together."""

from __future__ import annotations

from datetime import date
from functools import reduce

import polars as pl

from benchmarks.inputs import KEYS, RESULT, ROLES, Inputs

UNITS = 10_000  # harm is decimal with four places: summed as whole numbers it stays exact, and so do ties


def rank(inputs: Inputs) -> pl.DataFrame:
    """Rank everybody at every run date; columns as in RESULT."""
    nominals, survivor = _nominals(inputs)
    people = nominals.lazy()
    links = _links(inputs, nominals, survivor).lazy()
    days = _sanction_days(inputs, nominals, survivor).lazy()
    seed = pl.read_csv(inputs.seeds / "ogrs3_coefficients.csv")
    listed = [_rank_day(inputs, day, people, links, days, seed) for day in inputs.run_dates]
    return pl.concat(pl.collect_all(listed))


def _current(inputs: Inputs, entity: str) -> pl.LazyFrame:
    rows = pl.concat([pl.scan_parquet(path) for path in inputs.bronze[entity]])
    if entity in inputs.folded:
        rows = rows.sort("_delivery_id", maintain_order=True).unique(
            KEYS[entity], keep="last", maintain_order=True
        )
        rows = rows.filter(pl.col("_change_type").fill_null("I") != "D")
    return rows


def _nominals(inputs: Inputs) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return every nominal, and the survivor of every id."""
    rows = (
        _current(inputs, "nominals")
        .with_columns(
            pl.when(pl.col("deceased_date") <= inputs.as_at)
            .then(pl.col("deceased_date"))
            .alias("deceased_date"),
            pl.coalesce("merged_into", "nominal_id").alias("survivor"),
        )
        .collect()
    )
    survivor = rows.select("nominal_id", "survivor")
    while True:
        further = survivor.join(
            survivor.rename({"nominal_id": "survivor", "survivor": "next"}), on="survivor", how="left"
        ).select("nominal_id", pl.coalesce("next", "survivor").alias("survivor"))
        if further.sort("nominal_id").equals(survivor.sort("nominal_id")):
            return rows.drop("survivor").join(survivor, on="nominal_id"), survivor
        survivor = further


def _with_harm(inputs: Inputs, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add the harm units of the code on the offence's date, and what the code's type says; the class stands in."""
    text = {"ho_code": pl.String}
    types = pl.scan_csv(inputs.seeds / "offence_types.csv", schema_overrides=text).select(
        "ho_code", "ogrs3_group", "is_serious_violence", "is_serious_sexual"
    )
    harm = pl.scan_csv(inputs.seeds / "harm_index.csv", schema_overrides=text, try_parse_dates=True).select(
        pl.col("ho_code").alias("harm_code"),
        pl.when(pl.col("effective_from") == pl.col("effective_from").min().over("ho_code"))
        .then(date(1800, 1, 1))
        .otherwise(pl.col("effective_from"))
        .alias("effective_from"),
        (pl.col("harm_days").cast(pl.Float64) * UNITS).round().cast(pl.Int64).alias("harm"),
    )
    own = harm.select("harm_code", pl.lit(True).alias("listed")).unique()
    of_class = types.rename({name: f"class_{name}" for name in types.collect_schema().names()[1:]})
    columns = ("ogrs3_group", "is_serious_violence", "is_serious_sexual")
    return (
        rows.with_columns(pl.col("ho_code").str.extract(r"^([0-9]+(?:\.[0-9]+)?)").alias("class"))
        .join(own, left_on="ho_code", right_on="harm_code", how="left")
        .with_columns(pl.when("listed").then(pl.col("ho_code")).otherwise(pl.col("class")).alias("harm_code"))
        .join(types, on="ho_code", how="left")
        .join(of_class, left_on="class", right_on="ho_code", how="left")
        .with_columns(pl.coalesce(name, f"class_{name}").alias(name) for name in columns)
        .with_columns(pl.col("ogrs3_group").fill_null("Other offence"))
        .sort("offence_date")
        .join_asof(
            harm.sort("effective_from"),
            left_on="offence_date",
            right_on="effective_from",
            by="harm_code",
            check_sortedness=False,
        )
    )


def _age(day: pl.Expr, born: str) -> pl.Expr:
    before = day.dt.month().cast(pl.Int32) * 100 + day.dt.day() < (
        pl.col(born).dt.month().cast(pl.Int32) * 100 + pl.col(born).dt.day()
    )
    return day.dt.year() - pl.col(born).dt.year() - before.cast(pl.Int32)


def _links(inputs: Inputs, nominals: pl.DataFrame, survivor: pl.DataFrame) -> pl.DataFrame:
    """Return counted links with harm, from when and until when they count, most recent and most harmful first."""
    as_at = inputs.as_at
    weak = (
        _current(inputs, "offence_victims")
        .filter(
            (pl.col("vulnerable") == "Y") | (pl.col("victim_age") < inputs.number("vulnerable_age_under"))
        )
        .select("offence_id", pl.lit(inputs.number("vulnerability_weight")).alias("by_victim"))
        .unique()
    )
    high = (
        pl.col("is_serious_violence").fill_null(False)
        | pl.col("is_serious_sexual").fill_null(False)
        | pl.any_horizontal(pl.col("domestic_abuse", "hate_crime", "child_abuse") == "Y").fill_null(False)
    )
    offences = _current(inputs, "offences").filter(
        (pl.col("recorded_date") <= as_at) & (pl.col("offence_date") <= as_at)
    )
    offences = (
        _with_harm(inputs, offences)
        .join(weak, on="offence_id", how="left")
        .with_columns(high.alias("is_high_harm"), pl.col("harm").fill_null(0))
        .with_columns(
            (
                pl.col("harm")
                * pl.when("is_high_harm").then(inputs.number("high_harm_weight")).otherwise(1.0)
                * pl.col("by_victim").fill_null(1.0)
            ).round().cast(pl.Int64).alias("weighted"),
            pl.when(pl.col("cancelled_date") <= as_at).then(pl.col("cancelled_date")).alias("cancelled"),
        )
    )  # fmt: skip
    known = pl.col("role_date") <= as_at
    role = pl.when(known).then(pl.col("role")).otherwise(pl.lit("suspect"))
    pair = ["offence_id", "nominal_id"]
    until, cleared = pl.col("until"), pl.when(pl.col("role") == "eliminated").then(pl.col("role_date"))
    unending = until.is_null().any().over(pair)
    return (
        _current(inputs, "offence_nominals")
        .with_columns(role.alias("role"), pl.when(known).then(pl.col("role_date")).alias("role_date"))
        .join(survivor.lazy(), on="nominal_id")
        .with_columns(pl.col("survivor").alias("nominal_id"), pl.col("role").replace_strict(ROLES).alias("position"))
        .join(offences, on="offence_id")
        .with_columns(
            pl.min_horizontal("cancelled", cleared).alias("until")
        )
        .with_columns(pl.when(unending).then(None).otherwise(until.max().over(pair)).alias("until"))
        .sort("position", maintain_order=True)
        .unique(pair, keep="first")
        .join(nominals.lazy().select("nominal_id", "date_of_birth"), on="nominal_id", how="left")
        .with_columns(
            pl.max_horizontal("recorded_date", "offence_date").alias("known"),
            (_age(pl.col("recorded_date"), "date_of_birth") >= inputs.number("minimum_sanction_age"))
            .fill_null(False)
            .alias("is_sanction"),
        )
        .sort(["recorded_date", "harm", "ho_code", "offence_id"], descending=[True, True, False, False])
        .select(
            "nominal_id", "known", "until", "harm", "weighted", "is_high_harm", "offence_date", "recorded_date",
            "is_sanction", "ogrs3_group",
        )
        .collect()
    )  # fmt: skip


def _sanction_days(inputs: Inputs, nominals: pl.DataFrame, survivor: pl.DataFrame) -> pl.DataFrame:
    """Return one row per person and day of PNC sanctions, in order, with what the career is by then."""
    held = (
        nominals.lazy()
        .select("pnc_id", "survivor")
        .drop_nulls()
        .unique()
        .filter(pl.len().over("pnc_id") == 1)
        .rename({"survivor": "nominal_id"})
    )
    events = _current(inputs, "pnc_events").filter(pl.col("sanction_date") <= inputs.as_at)
    day = ["nominal_id", "sanction_date"]
    convicted = pl.col("sanction") == "conviction"
    return (
        _with_harm(inputs, events.join(held, on="pnc_id"))
        .join(nominals.lazy().select("nominal_id", "date_of_birth"), on="nominal_id")
        .filter(_age(pl.col("sanction_date"), "date_of_birth") >= inputs.number("minimum_sanction_age"))
        .with_columns(convicted.any().over(day).alias("is_conviction"), pl.col("harm").fill_null(0))
        .sort(["harm", "ho_code", "event_id"], descending=[True, False, False])
        .unique(day, keep="first", maintain_order=True)
        .sort(day)
        .select(
            *day,
            pl.int_range(1, pl.len() + 1).over("nominal_id").alias("sanctions"),
            pl.col("sanction_date").first().over("nominal_id").alias("first_date"),
            "is_conviction",
            pl.col("is_conviction").shift(1).over("nominal_id").fill_null(False).alias("was_conviction"),
            "ogrs3_group",
        )
        .collect()
    )


def _rank_day(
    inputs: Inputs,
    day: date,
    nominals: pl.LazyFrame,
    links: pl.LazyFrame,
    days: pl.LazyFrame,
    seed: pl.DataFrame,
) -> pl.LazyFrame:
    counted = links.filter((pl.col("known") <= day) & ~(pl.col("until") <= day).fill_null(False))
    sanctioned = pl.col("recorded_date").filter("is_sanction")
    states = counted.group_by("nominal_id").agg(
        pl.col("harm").sum(),
        pl.col("weighted").sum(),
        pl.len().alias("offence_count"),
        pl.col("is_high_harm").sum().alias("high_harm_count"),
        pl.col("offence_date").max().alias("latest"),
        sanctioned.n_unique().alias("sanctions"),
        sanctioned.min().alias("first"),
        sanctioned.max().alias("current"),
        pl.col("ogrs3_group").filter("is_sanction").first().alias("group"),
    )
    formal = (
        days.filter(pl.col("sanction_date") <= day)
        .group_by("nominal_id", maintain_order=True)
        .last()
        .rename({"sanctions": "formal_sanctions", "ogrs3_group": "formal_group"})
    )
    people = (
        states.join(nominals.select("nominal_id", "sex", "date_of_birth", "deceased_date"), on="nominal_id")
        .with_columns(_age(pl.lit(day), "date_of_birth").alias("age"))
        .filter(pl.col("deceased_date").is_null() | (pl.col("deceased_date") > day))
        .filter(pl.col("age") >= inputs.number("minimum_age"))
        .join(formal, on="nominal_id", how="left")
    )
    return _ordered(inputs, day, _with_terms(inputs, people, seed))


def _with_terms(inputs: Inputs, people: pl.LazyFrame, seed: pl.DataFrame) -> pl.LazyFrame:
    named = {row["term"]: row["coefficient"] for row in seed.iter_rows(named=True)
             if row["term_group"] == "sanction_history"}  # fmt: skip
    groups = seed.filter(pl.col("term_group") == "offence_group").select("term", "coefficient").lazy()
    bands = (
        seed.filter(pl.col("term_group") == "age_sex")
        .select("sex", pl.col("age_from").cast(pl.Int32), pl.col("coefficient").alias("age_sex"))
        .sort("age_from")
        .lazy()
    )
    scored_as = pl.when(pl.col("sex") == "U").then(pl.lit(str(inputs.parameters["sex_unknown_as"])))
    number, many = pl.col("formal_sanctions"), pl.col("sanctions")
    formal_history = (
        pl.when(number.is_null()).then(None)
        .when(pl.col("is_conviction") & (number == 1)).then(named["first_sanction_is_conviction"])
        .when("is_conviction").then(named["conviction_with_previous_sanction"])
        .when(number == 1).then(named["first_sanction_is_caution"])
        .when((number == 2) & ~pl.col("was_conviction")).then(named["second_caution_no_conviction"])
        .otherwise(named["multiple_cautions_or_caution_after_conviction"])
    )  # fmt: skip
    recorded_history = (
        pl.when(many > 1).then(named["conviction_with_previous_sanction"])
        .when(many == 1).then(named["first_sanction_is_conviction"])
    )  # fmt: skip
    return (
        people.with_columns(scored_as.otherwise(pl.col("sex")).alias("sex"))
        .sort("age")
        .join_asof(bands, left_on="age", right_on="age_from", by="sex", check_sortedness=False)
        .join(groups.rename({"term": "group", "coefficient": "group_recorded"}), on="group", how="left")
        .join(
            groups.rename({"term": "formal_group", "coefficient": "group_formal"}),
            on="formal_group",
            how="left",
        )
        .with_columns(
            formal_history.alias("history_formal"),
            recorded_history.alias("history_recorded"),
            _copas(inputs, number, "first_date", "sanction_date").alias("copas_formal"),
            pl.when(many > 0).then(_copas(inputs, many, "first", "current")).alias("copas_recorded"),
        )
    )


def _copas(inputs: Inputs, sanctions: pl.Expr, first: str, current: str) -> pl.Expr:
    previous = (sanctions.cast(pl.Float64) - 1).clip(upper_bound=inputs.number("previous_sanctions_cap"))
    years = _age(pl.col(current), "date_of_birth") - _age(pl.col(first), "date_of_birth")
    return ((1 + previous) / (inputs.number("copas_offset_years") + years)).log()


def _ordered(inputs: Inputs, day: date, people: pl.LazyFrame) -> pl.LazyFrame:
    probabilities = []
    for basis in ("formal", "recorded"):
        terms = [
            pl.col("age_sex"),
            pl.col(f"history_{basis}"),
            inputs.number("ogrs3_copas_coefficient") * pl.col(f"copas_{basis}"),
            pl.col(f"group_{basis}"),
        ]
        for years, column in (("one", "p1"), ("two", "p2")):
            z = reduce(lambda a, b: a + b, terms) + inputs.number(f"ogrs3_constant_{years}_year")
            probabilities.append((1 / (1 + (-z).exp())).alias(f"ogrs3_{basis}_{column}"))
    basis, decimals = str(inputs.parameters["risk_basis"]), int(inputs.number("score_decimals"))
    return (
        people.with_columns(
            *probabilities,
            (pl.col("harm") / UNITS).alias("harm_days"),
            (pl.col("weighted") / UNITS).alias("weighted_harm_days"),
            pl.col(f"copas_{basis}").alias("copas_rate"),
        )
        .with_columns((pl.col(f"ogrs3_{basis}_p2") * (1 + pl.col("weighted_harm_days")).log()).alias("score"))
        .sort(
            [
                pl.col("score").round(decimals),
                pl.col("copas_rate").round(decimals),
                "weighted",
                "latest",
                "nominal_id",
            ],
            descending=[True, True, True, True, False],
            nulls_last=True,
        )
        .with_columns(pl.int_range(1, pl.len() + 1).alias("rank"), pl.lit(day).alias("run_date"))
        .select(RESULT)
    )
