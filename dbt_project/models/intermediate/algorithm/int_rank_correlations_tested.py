"""Rank correlations with their two-sided p (t approximation); what SQL does not say plainly, and nothing else."""


def model(dbt, session):
    """Add ``p`` to every correlation."""
    dbt.config(materialized="table")
    from include.statistics.ranks import spearman_p

    correlations = dbt.ref("int_rank_correlations").df()
    correlations["p"] = spearman_p(
        correlations["spearman"].to_numpy(dtype="float64"), correlations["n"].to_numpy(dtype="int64")
    )
    return correlations
