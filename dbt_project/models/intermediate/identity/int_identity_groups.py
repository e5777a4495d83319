"""Which links between people stand, and which group each belongs to: see include/identity/groups.py."""


def model(dbt, session):
    """Group people who are linked; take back what contradicts a decision or PNC ids."""
    dbt.config(materialized="table")
    from include.identity.groups import as_table, group_people

    pairs = dbt.ref("int_identity_pairs_judged").df()
    pairs = pairs[pairs["kind"] == "nominal"].sort_values(["left_id", "right_id"])
    records = dbt.ref("int_nominals_as_merged").df()
    columns = ["left_id", "right_id", "method"]
    linked = pairs.loc[pairs["status"] == "linked", columns]
    apart = pairs.loc[pairs["decision"] == "different", columns[:2]]
    return as_table(group_people(linked, apart, records.loc[records["pnc_id"].notna(), "survivor_id"]))
