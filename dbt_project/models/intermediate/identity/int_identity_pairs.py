"""Pairs of records that are alike, with the evidence that they are one person: see include/identity/model.py."""


def model(dbt, session):
    """Compare all records by the linkage model whose probabilities stand in the seed identity_model."""
    dbt.config(materialized="table")
    from include.identity.model import compare, read_probabilities

    probabilities = read_probabilities(dbt.ref("identity_model").to_arrow_table().to_pylist())
    people = dbt.ref("int_identity_records").to_arrow_table()
    return compare(people, dbt.ref("nicknames").to_arrow_table(), probabilities)
