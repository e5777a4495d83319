with current_rows as (
    {{ current_rows("idiom", "pnc_events", ["event_id"]) }}
)

select
    current_rows.event_id,
    current_rows.pnc_id,
    current_rows.offence_date,
    current_rows.ho_code,
    current_rows.sanction,
    current_rows.sanction_date,
    current_rows.force_code
from current_rows
where current_rows.sanction_date <= {{ as_at() }}
