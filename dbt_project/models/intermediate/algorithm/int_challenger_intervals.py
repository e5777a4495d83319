"""Bootstrap intervals on what each challenger does better or worse than the ranking, at the half-yearly dates."""


def model(dbt, session):
    """Resample the people ranked at each date; see include/statistics/challengers.py."""
    dbt.config(materialized="table")
    from include.statistics.challengers import Method, challenger_intervals

    seed = dbt.ref("algorithm_parameters").df()
    method = Method.from_parameters(dict(zip(seed["parameter"], seed["value"].astype(str), strict=True)))
    return challenger_intervals(dbt.ref("int_challengers_resampled").df(), method)
