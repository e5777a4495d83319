"""Bootstrap intervals of all rate ratios: per cohort the same draws of adopted people for every figure."""

import numpy as np
import pandas as pd

MEASURES = {"offences": "offences", "harm": "harm_days"}
_HARM_UNITS = 10_000  # harm is DECIMAL with four places: in these units it is whole, and its sums are exact


def model(dbt, session):
    """Return cohort, basis, outcome, method, window_months, ci_low, ci_high."""
    from include.statistics import effect

    dbt.config(materialized="table")
    columns = ["cohort", "basis", "outcome", "method", "window_months", "ci_low", "ci_high"]
    parameters = dbt.ref("algorithm_parameters").df().set_index("parameter")["value"]
    people = dbt.ref("int_effect_people").df()
    rows = []
    for cohort in sorted(people["cohort"].unique()):
        rows += _intervals(effect, people[people["cohort"] == cohort], parameters)
    kinds = ["str"] * 5 + ["float64"] * 2
    return pd.DataFrame(
        {
            name: pd.Series([row[place] for row in rows], dtype=kind)
            for place, (name, kind) in enumerate(zip(columns, kinds, strict=True))
        }
    )


def _intervals(effect, people, parameters):
    names = sorted(set(people["nominal_id"]))
    place_of = {name: place for place, name in enumerate(names)}
    blocks, asked = [], []
    for (basis, window), part in people.groupby(["basis", "window_months"], sort=True):
        place = part["nominal_id"].map(place_of).to_numpy()
        for outcome, measure in MEASURES.items():
            for method in effect.METHODS:
                block = np.zeros((len(names), 8))
                block[place] = _columns(part, measure, method)
                blocks.append(block)
                asked.append((basis, outcome, method, window))
    number, seed = int(parameters["bootstrap_draws"]), int(parameters["bootstrap_seed"])
    draws = effect.bootstrap_sums(np.column_stack(blocks), number, seed)
    cohort, level = people["cohort"].iloc[0], float(parameters["confidence_level"])
    result = []
    for place, (basis, outcome, method, window) in enumerate(asked):
        sums = effect.Sums.from_stacked(draws[:, 8 * place : 8 * place + 8])
        low, high = effect.percentile_interval(effect.rate_ratios(method, sums), level)
        result.append((cohort, basis, outcome, method, window, low, high))
    return result


def _columns(part, measure, method):
    days = "days" if method == "naive" else "at_risk_days"
    inside = {
        "naive": np.ones(len(part), dtype=bool),
        "exposure_adjusted": part["has_enough_days_at_risk"].to_numpy(dtype=bool),
    }.get(method, (part["comparators"] > 0).to_numpy())
    scale = _HARM_UNITS if measure == "harm_days" else 1
    found = []
    for side in ("", "comparison_"):
        for window in ("pre", "during"):
            found.append(np.round(part[f"{side}{measure}_{window}"].to_numpy(dtype="float64") * scale))
            found.append(part[f"{side}{days}_{window}"].to_numpy(dtype="float64"))
    return np.column_stack(found) * inside[:, None]
