"""Pairs of records that are alike, with the evidence that they are one person: see include/identity/model.py."""


def model(dbt, session):
    """Compare the records that can be considered by the linkage model whose probabilities stand in identity_model."""
    dbt.config(materialized="table")
    from include.identity.blocking import read_considered
    from include.identity.model import compare
    from include.identity.probabilities import read_probabilities

    probabilities = read_probabilities(dbt.ref("identity_model").to_arrow_table().to_pylist())
    people = dbt.ref("int_identity_records").to_arrow_table()
    parameters = dbt.ref("algorithm_parameters").to_arrow_table().to_pylist()
    values = {row["parameter"]: row["value"] for row in parameters}
    considered = read_considered(values, people["kind"].to_pylist().count("nominal"))
    return compare(people, dbt.ref("nicknames").to_arrow_table(), probabilities, considered=considered)
