with current_rows as (
    {{ current_rows("police_records", "intelligence", ["log_id"]) }}
)

select
    current_rows.log_id,
    current_rows.nominal_id,
    current_rows.log_date,
    current_rows.category
from current_rows
where current_rows.log_date <= {{ as_at() }}
