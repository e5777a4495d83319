-- A spell that has not ended by as_at is open: the person is still inside.
with current_rows as (
    {{ current_rows("police_records", "custody", ["custody_id"]) }}
)

select
    current_rows.custody_id,
    current_rows.nominal_id,
    current_rows.start_date,
    case when current_rows.end_date <= {{ as_at() }} then current_rows.end_date end as end_date,
    current_rows.custody_type,
    current_rows.sentence_days
from current_rows
where current_rows.start_date <= {{ as_at() }}
