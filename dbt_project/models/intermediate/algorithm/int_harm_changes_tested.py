"""Paired tests of the people common to the top of two dates: signed ranks, and normality of the differences."""


def model(dbt, session):
    """Test the differences of each comparison, of all common people, the managed and the others."""
    dbt.config(materialized="table")
    import pandas as pd

    from include.statistics.ranks import lilliefors_normality, wilcoxon_signed_ranks

    pairs = dbt.ref("int_harm_changes_paired").df()
    samples = {
        "common": pairs,
        "common_managed": pairs[pairs["is_managed"]],
        "common_unmanaged": pairs[~pairs["is_managed"]],
    }
    rows = []
    for sample, members in samples.items():
        for run_index, people in members.groupby("comparison_run_index"):
            differences = people["difference"].to_numpy(dtype="float64")
            signed, normal = wilcoxon_signed_ranks(differences), lilliefors_normality(differences)
            rows.append((run_index, sample, signed.z, signed.p, normal.statistic, normal.p))
    columns = {
        "comparison_run_index": "int64",
        "sample": "str",
        "wilcoxon_z": "float64",
        "wilcoxon_p": "float64",
        "ks_statistic": "float64",
        "ks_p": "float64",
    }
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)
