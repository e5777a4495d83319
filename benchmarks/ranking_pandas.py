"""Harm, OGRS3, score and ranking as one would write them in pandas: prepare once, then one date after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.inputs import KEYS, RESULT, ROLES, Inputs

UNITS = 10_000  # harm is decimal with four places: summed as whole numbers it stays exact, and so do ties
CLASS = r"^([0-9]+(?:\.[0-9]+)?)"


def rank(inputs: Inputs) -> pd.DataFrame:
    """Rank everybody at every run date; columns as in RESULT."""
    nominals, survivor = _nominals(inputs)
    codes = _codes(inputs)
    links = _links(inputs, nominals, survivor, codes)
    days = _sanction_days(inputs, nominals, survivor, codes)
    terms = _Terms(inputs)
    listed = [_rank_day(inputs, pd.Timestamp(day), nominals, links, days, terms) for day in inputs.run_dates]
    return pd.concat(listed, ignore_index=True)


def _current(inputs: Inputs, entity: str) -> pd.DataFrame:
    rows = pd.concat([pd.read_parquet(path) for path in inputs.bronze.get(entity, [])], ignore_index=True)
    for name in [name for name in rows.columns if name.endswith("_date") or name == "date_of_birth"]:
        rows[name] = pd.to_datetime(rows[name])
    if entity in inputs.folded:
        rows = rows.sort_values("_delivery_id", kind="stable").drop_duplicates(KEYS[entity], keep="last")
        rows = rows[rows["_change_type"].fillna("I") != "D"]
    return rows


def _nominals(inputs: Inputs) -> tuple[pd.DataFrame, pd.Series]:
    """Return surviving nominals by id, and the survivor of every id."""
    rows = _current(inputs, "nominals").set_index("nominal_id")
    rows.loc[rows["deceased_date"] > pd.Timestamp(inputs.as_at), "deceased_date"] = pd.NaT
    survivor = rows["merged_into"].where(rows["merged_into"].notna(), rows.index.to_series())
    while not (further := survivor.map(survivor)).equals(survivor):
        survivor = further
    rows["survivor"] = survivor
    return rows, survivor


def _codes(inputs: Inputs) -> tuple[pd.DataFrame, pd.DataFrame]:
    text = {"ho_code": "str"}
    types = pd.read_csv(inputs.seeds / "offence_types.csv", dtype=text).set_index("ho_code")
    harm = pd.read_csv(
        inputs.seeds / "harm_index.csv", dtype=text, parse_dates=["effective_from"]
    ).sort_values(["effective_from"])
    return types, harm


def _with_harm(rows: pd.DataFrame, codes: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """Add the harm units of the code on the offence's date, and what the code's type says; the class stands in."""
    types, harm = codes
    rows = rows.reset_index(drop=True)
    of_class = rows["ho_code"].str.extract(CLASS, expand=False)
    listed = set(harm["ho_code"])
    rows["harm_code"] = rows["ho_code"].where(rows["ho_code"].isin(listed), of_class)
    first = harm["effective_from"].where(harm.duplicated("ho_code"), pd.Timestamp("1800-01-01"))
    versions = harm.assign(effective_from=first.astype("datetime64[us]")).sort_values("effective_from")
    dated = rows.assign(at=rows["offence_date"].astype("datetime64[us]")).sort_values("at", kind="stable")
    found = pd.merge_asof(
        dated[["at", "harm_code"]].reset_index(),
        versions[["effective_from", "ho_code", "harm_days"]],
        left_on="at",
        right_on="effective_from",
        left_by="harm_code",
        right_by="ho_code",
    ).set_index("index")
    rows["harm"] = (found["harm_days"] * UNITS).round().reindex(rows.index)
    for name in ("ogrs3_group", "is_serious_violence", "is_serious_sexual"):
        own = rows["ho_code"].map(types[name])
        rows[name] = own.where(own.notna(), of_class.map(types[name]))
    rows["ogrs3_group"] = rows["ogrs3_group"].fillna("Other offence")
    return rows


def _ages(day: Any, born: pd.Series) -> pd.Series:
    moment = day.dt if isinstance(day, pd.Series) else day
    before = moment.month * 100 + moment.day < born.dt.month * 100 + born.dt.day
    return moment.year - born.dt.year - before


def _links(
    inputs: Inputs, nominals: pd.DataFrame, survivor: pd.Series, codes: tuple[pd.DataFrame, pd.DataFrame]
) -> pd.DataFrame:
    """Return counted links with harm, from when and until when they count, most recent and most harmful first."""
    as_at = pd.Timestamp(inputs.as_at)
    offences = _current(inputs, "offences")
    offences = offences[(offences["recorded_date"] <= as_at) & (offences["offence_date"] <= as_at)]
    offences = _with_harm(offences, codes)
    victims = _current(inputs, "offence_victims")
    weak = victims[
        (victims["vulnerable"] == "Y") | (victims["victim_age"] < inputs.number("vulnerable_age_under"))
    ]
    flags = ["domestic_abuse", "hate_crime", "child_abuse"]
    serious = offences["is_serious_violence"].eq(True) | offences["is_serious_sexual"].eq(True)
    offences["is_high_harm"] = serious | offences[flags].eq("Y").any(axis=1)
    offences["harm"] = offences["harm"].fillna(0)
    factor = np.where(offences["is_high_harm"], inputs.number("high_harm_weight"), 1.0)
    factor *= np.where(
        offences["offence_id"].isin(weak["offence_id"]), inputs.number("vulnerability_weight"), 1.0
    )
    offences["weighted"] = (offences["harm"] * factor).round().astype("int64")
    offences["harm"] = offences["harm"].astype("int64")
    offences["cancelled"] = offences["cancelled_date"].where(offences["cancelled_date"] <= as_at)

    links = _current(inputs, "offence_nominals")
    known = links["role_date"] <= as_at
    links["role"] = links["role"].where(known, "suspect")
    links["role_date"] = links["role_date"].where(known)
    links["nominal_id"] = links["nominal_id"].map(survivor)
    links = links.merge(offences, on="offence_id")
    cleared = links["role_date"].where(links["role"] == "eliminated")
    links["until"] = pd.concat([links["cancelled"], cleared], axis=1).min(axis=1)
    links["position"] = links["role"].map(ROLES)
    pairs = links.groupby(["offence_id", "nominal_id"], sort=False)["until"]
    links["until"] = pairs.transform("max").where(pairs.transform("count") == pairs.transform("size"))
    links = links.sort_values("position", kind="stable").drop_duplicates(["offence_id", "nominal_id"])

    links["known"] = links[["recorded_date", "offence_date"]].max(axis=1)
    born = links["nominal_id"].map(nominals["date_of_birth"])
    age = _ages(links["recorded_date"], born)
    links["is_sanction"] = age.fillna(-1) >= inputs.number("minimum_sanction_age")
    links = links.sort_values(
        ["recorded_date", "harm", "ho_code", "offence_id"], ascending=[False, False, True, True]
    )
    links["nominal_id"] = links["nominal_id"].astype("category")
    return links[
        ["nominal_id", "known", "until", "harm", "weighted", "is_high_harm", "offence_date", "recorded_date",
         "is_sanction", "ogrs3_group"]
    ]  # fmt: skip


def _sanction_days(
    inputs: Inputs, nominals: pd.DataFrame, survivor: pd.Series, codes: tuple[pd.DataFrame, pd.DataFrame]
) -> pd.DataFrame:
    """Return one row per person and day of PNC sanctions, in order, with what the career is by then."""
    held = nominals[["pnc_id", "survivor"]].dropna().drop_duplicates()
    held = held[~held["pnc_id"].duplicated(keep=False)].set_index("pnc_id")["survivor"]
    events = _current(inputs, "pnc_events")
    events = events[events["sanction_date"] <= pd.Timestamp(inputs.as_at)]
    events = _with_harm(
        events.assign(nominal_id=events["pnc_id"].map(held)).dropna(subset="nominal_id"), codes
    )
    age = _ages(events["sanction_date"], events["nominal_id"].map(nominals["date_of_birth"]))
    events = events[age.fillna(-1) >= inputs.number("minimum_sanction_age")].copy()
    events["harm"] = events["harm"].fillna(0)
    events["is_conviction"] = events["sanction"] == "conviction"
    day = ["nominal_id", "sanction_date"]
    events["is_conviction"] = events.groupby(day, sort=False)["is_conviction"].transform("any")
    events = events.sort_values(["harm", "ho_code", "event_id"], ascending=[False, True, True])
    days = events.drop_duplicates(day).sort_values(day)
    people = days.groupby("nominal_id", sort=False)
    days["sanctions"] = people.cumcount() + 1
    days["first_date"] = people["sanction_date"].transform("first")
    days["was_conviction"] = people["is_conviction"].shift(fill_value=False)
    return days[[*day, "sanctions", "first_date", "is_conviction", "was_conviction", "ogrs3_group"]]


class _Terms:
    """Coefficients of OGRS3 and the terms they make."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        seed = pd.read_csv(inputs.seeds / "ogrs3_coefficients.csv")
        self.named = seed.set_index(["term_group", "term"])["coefficient"]
        self.groups = seed[seed["term_group"] == "offence_group"].set_index("term")["coefficient"]
        self.ages = seed[seed["term_group"] == "age_sex"].sort_values("age_from")

    def age_sex(self, age: pd.Series, sex: pd.Series) -> pd.Series:
        """Return the age and sex term; unknown sex scores as the parameter says."""
        sex = sex.where(sex != "U", str(self.inputs.parameters["sex_unknown_as"]))
        term = pd.Series(np.nan, index=age.index)
        for scored in ("M", "F"):
            bands = self.ages[self.ages["sex"] == scored]
            mine = sex == scored
            place = np.searchsorted(bands["age_from"], age[mine], side="right") - 1
            term[mine] = bands["coefficient"].to_numpy()[place]
        return term

    def history(self, name: str) -> float:
        """Return a coefficient of sanction history."""
        return float(self.named["sanction_history", name])

    def copas(self, sanctions: pd.Series, first: pd.Series, current: pd.Series, born: pd.Series) -> pd.Series:
        """Return the Copas rate: ln((1 + previous) / (10 + years from first to current))."""
        previous = (sanctions - 1).clip(upper=self.inputs.number("previous_sanctions_cap"))
        years = self.inputs.number("copas_offset_years") + _ages(current, born) - _ages(first, born)
        return np.log((1 + previous) / years)

    def probability(self, years: str, people: pd.DataFrame, basis: str) -> pd.Series:
        """Return OGRS3 from the four terms of a basis."""
        z = (
            people["age_sex"]
            + people[f"history_{basis}"]
            + self.inputs.number("ogrs3_copas_coefficient") * people[f"copas_{basis}"]
            + people[f"group_{basis}"]
            + self.inputs.number(f"ogrs3_constant_{years}_year")
        )
        return 1 / (1 + np.exp(-z))


def _rank_day(
    inputs: Inputs,
    day: pd.Timestamp,
    nominals: pd.DataFrame,
    links: pd.DataFrame,
    days: pd.DataFrame,
    terms: _Terms,
) -> pd.DataFrame:
    counted = links[(links["known"] <= day) & ~(links["until"] <= day)]
    people = counted.groupby("nominal_id", observed=True).agg(
        harm=("harm", "sum"),
        weighted=("weighted", "sum"),
        offence_count=("harm", "size"),
        high_harm_count=("is_high_harm", "sum"),
        latest=("offence_date", "max"),
    )
    sanctioned = counted[counted["is_sanction"]].drop_duplicates(["nominal_id", "recorded_date"])
    recorded = sanctioned.groupby("nominal_id", observed=True).agg(
        sanctions=("recorded_date", "size"),
        first=("recorded_date", "min"),
        current=("recorded_date", "max"),
        group=("ogrs3_group", "first"),
    )
    people = people.join(recorded)
    people.index = people.index.astype("str")
    people = people.join(nominals[["sex", "date_of_birth", "deceased_date"]])
    people["age"] = _ages(day, people["date_of_birth"])
    alive = ~(people["deceased_date"] <= day)
    people = people[alive & (people["age"] >= inputs.number("minimum_age"))].copy()
    formal = (
        days[days["sanction_date"] <= day].drop_duplicates("nominal_id", keep="last").set_index("nominal_id")
    )
    _add_terms(people, formal.reindex(people.index), terms)
    return _ordered(inputs, day, people, terms)


def _add_terms(people: pd.DataFrame, formal: pd.DataFrame, terms: _Terms) -> None:
    born = people["date_of_birth"]
    people["age_sex"] = terms.age_sex(people["age"], people["sex"])
    many = people["sanctions"]
    people["history_recorded"] = np.where(
        many > 1,
        terms.history("conviction_with_previous_sanction"),
        np.where(many == 1, terms.history("first_sanction_is_conviction"), np.nan),
    )
    people["copas_recorded"] = terms.copas(many, people["first"], people["current"], born)
    people["group_recorded"] = people["group"].map(terms.groups)
    convicted, number = formal["is_conviction"].eq(True), formal["sanctions"]
    people["history_formal"] = np.select(
        [
            number.isna(),
            convicted & (number == 1),
            convicted,
            number == 1,
            (number == 2) & formal["was_conviction"].eq(False),
        ],
        [
            np.nan,
            terms.history("first_sanction_is_conviction"),
            terms.history("conviction_with_previous_sanction"),
            terms.history("first_sanction_is_caution"),
            terms.history("second_caution_no_conviction"),
        ],
        terms.history("multiple_cautions_or_caution_after_conviction"),
    )
    people["copas_formal"] = terms.copas(number, formal["first_date"], formal["sanction_date"], born)
    people["group_formal"] = formal["ogrs3_group"].map(terms.groups)


def _ordered(inputs: Inputs, day: pd.Timestamp, people: pd.DataFrame, terms: _Terms) -> pd.DataFrame:
    for basis in ("formal", "recorded"):
        for years, column in (("one", "p1"), ("two", "p2")):
            people[f"ogrs3_{basis}_{column}"] = terms.probability(years, people, basis)
    basis = str(inputs.parameters["risk_basis"])
    people["harm_days"], people["weighted_harm_days"] = people["harm"] / UNITS, people["weighted"] / UNITS
    people["score"] = people[f"ogrs3_{basis}_p2"] * np.log(1 + people["weighted_harm_days"])
    people["copas_rate"] = people[f"copas_{basis}"]
    decimals = int(inputs.number("score_decimals"))
    people["by_score"], people["by_copas"] = (
        people["score"].round(decimals),
        people["copas_rate"].round(decimals),
    )
    people.index.name = "nominal_id"
    people = people.reset_index().sort_values(
        ["by_score", "by_copas", "weighted", "latest", "nominal_id"],
        ascending=[False, False, False, False, True],
    )
    people["rank"] = np.arange(1, len(people) + 1)
    people["run_date"] = day
    return people[list(RESULT)]
