-- What the unit decided on the people of a list, as far as it was decided by as_at.
with current_rows as (
    {{ current_rows("unit_decisions", "unit_decisions", ["run_date", "nominal_id"]) }}
)

select
    current_rows.run_date,
    current_rows.nominal_id,
    current_rows.rank,
    current_rows.decision,
    current_rows.reason,
    current_rows.decided_by,
    current_rows.decision_date,
    current_rows._delivery_id as delivery_id
from current_rows
where current_rows.decision_date <= {{ as_at() }}
