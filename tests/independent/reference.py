"""Reference values from the seeds: harm, offence types, OGRS3 coefficients, costs, parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

# Harm in whole ten-thousandths of a day: DECIMAL(18,4) without its rounding surprises, exact in sums.
HARM_UNITS = 10_000


def class_of(ho_code: str) -> str:
    """Return the class of an offence code: leading digits with decimals."""
    return re.match(r"\d+(\.\d+)?", ho_code).group()  # type: ignore[union-attr]


def _seed(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False).replace({"": None})


def _typed(value: str | None, data_type: str) -> Any:
    if value is None:
        return None
    kinds = {"int": int, "float": float, "bool": lambda text: text.lower() == "true"}
    return kinds.get(data_type, str)(value)


@dataclass(frozen=True)
class Reference:
    """Everything that is looked up.

    Attributes:
        parameters: Parameter -> value.
        harm: ho_code, effective_from, harm (float days or NaN), by both ascending.
        types: Offence types by ho_code.
        severity: ho_code -> score.
        age_sex: age_from, age_to, sex, coefficient.
        history: Term of sanction_history -> coefficient.
        groups: Offence group -> coefficient.
        costs: Cost category -> central unit cost in the configured prices.
    """

    parameters: dict[str, Any]
    harm: pd.DataFrame
    types: pd.DataFrame
    severity: dict[str, float]
    age_sex: pd.DataFrame
    history: dict[str, float]
    groups: dict[str, float]
    costs: dict[str, float]

    def listed(self, ho_code: str) -> dict[str, Any]:
        """Return the type of a code, or that of its class, or nothing."""
        for code in (ho_code, class_of(ho_code)):
            if code in self.types.index:
                return {str(k): v for k, v in self.types.loc[code].to_dict().items()}
        return {}

    def group_of(self, ho_code: str) -> str:
        """Return the OGRS3 group: the code's, else its class's, else ``Other offence``."""
        for code in (ho_code, class_of(ho_code)):
            if code in self.types.index and self.types.at[code, "ogrs3_group"]:
                return str(self.types.at[code, "ogrs3_group"])
        return "Other offence"


def _unit_costs(folder: Path, parameters: dict[str, Any]) -> dict[str, float]:
    deflators = {
        row.financial_year: Decimal(row.deflator) for row in _seed(folder, "gdp_deflators").itertuples()
    }
    unit = Decimal(1).scaleb(-int(parameters["unit_cost_decimals"]))
    costs = {}
    for row in _seed(folder, "unit_costs_of_crime").itertuples():
        if row.is_used == "true":
            uprated = (
                Decimal(row.unit_cost_gbp) * deflators[parameters["price_year"]] / deflators[row.price_year]
            )
            costs[row.cost_category] = float(uprated.quantize(unit, ROUND_HALF_UP))
    return costs


def read_reference(folder: Path) -> Reference:
    """Read the seeds of a folder."""
    parameters = {
        row.parameter: _typed(row.value, row.data_type)
        for row in _seed(folder, "algorithm_parameters").itertuples()
    }
    harm = _seed(folder, "harm_index")[["ho_code", "effective_from", "harm_days"]]
    harm["effective_from"] = pd.to_datetime(harm["effective_from"]).astype("datetime64[s]")
    harm["harm_days"] = pd.to_numeric(harm["harm_days"])
    terms = _seed(folder, "ogrs3_coefficients")
    terms["coefficient"] = pd.to_numeric(terms["coefficient"])
    by_group = {
        str(name): dict(zip(part["term"], part["coefficient"], strict=True))
        for name, part in terms.groupby("term_group")
    }
    age_sex = terms.loc[terms["term_group"] == "age_sex", ["age_from", "age_to", "sex", "coefficient"]].copy()
    age_sex["age_from"] = age_sex["age_from"].astype(int)
    age_sex["age_to"] = age_sex["age_to"].fillna("999").astype(int)
    severity = _seed(folder, "severity_scores")
    return Reference(
        parameters=parameters,
        harm=harm.sort_values(["ho_code", "effective_from"]).reset_index(drop=True),
        types=_seed(folder, "offence_types").set_index("ho_code"),
        severity=dict(zip(severity["ho_code"], severity["severity_score"].astype(float), strict=True)),
        age_sex=age_sex,
        history=by_group["sanction_history"],
        groups=by_group["offence_group"],
        costs=_unit_costs(folder, parameters),
    )


def severity_of(ho_code: str, reference: Reference) -> float:
    """Return the severity score of a code, or that of its class, or NaN."""
    return reference.severity.get(ho_code, reference.severity.get(class_of(ho_code), np.nan))


def harm_of(ho_codes: pd.Series, dates: pd.Series, reference: Reference) -> pd.Series:
    """Return the index days of each code on each offence date; NaN where the index has none."""
    listed = set(reference.harm["ho_code"])
    looked_up = {code: code if code in listed else class_of(code) for code in ho_codes.unique()}
    asked = pd.DataFrame({"ho_code": ho_codes.map(looked_up).astype(object), "date": dates})
    asked["row"] = np.arange(len(asked))
    rows = reference.harm.rename(columns={"effective_from": "date"}).assign(
        ho_code=lambda f: f["ho_code"].astype(object)
    )
    # Before the first version: the first.
    first = rows["date"] == rows.groupby("ho_code")["date"].transform("min")
    rows = rows.assign(date=rows["date"].where(~first, pd.Timestamp("1800-01-01")))
    merged = pd.merge_asof(
        asked.sort_values("date"),
        rows.sort_values("date").astype({"date": asked["date"].dtype}),
        on="date",
        by="ho_code",
    )
    return pd.Series(merged.sort_values("row")["harm_days"].to_numpy(), index=ho_codes.index)


def offence_types(reference: Reference, as_at: pd.Timestamp) -> pd.DataFrame:
    """Return the offence types as in force at ``as_at``."""
    frame = reference.types.reset_index()
    for flag in ("is_serious_violence", "is_serious_sexual"):
        frame[flag] = frame[flag] == "true"
    costs = frame["cost_category"].map(reference.costs).astype(float)
    days = pd.Series(as_at, index=frame.index).astype("datetime64[s]")
    return frame.assign(
        harm_days=harm_of(frame["ho_code"], days, reference),
        ogrs3_group=[reference.group_of(code) for code in frame["ho_code"]],
        severity_score=[severity_of(code, reference) for code in frame["ho_code"]],
        unit_cost_gbp=costs,
        price_year=pd.Series(reference.parameters["price_year"], index=frame.index).where(
            costs.notna(), None
        ),
    )
