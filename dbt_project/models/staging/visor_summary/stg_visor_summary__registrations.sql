-- registration_end, release_date and next_visit_due may lie ahead: they are plans, and stay as supplied.
with current_rows as (
    {{ current_rows("visor_summary", "visor_summary", ["visor_id"]) }}
)

select
    current_rows.visor_id,
    current_rows.nominal_id,
    current_rows.pnc_id,
    current_rows.surname,
    current_rows.forename,
    current_rows.date_of_birth,
    current_rows.mappa_category,
    current_rows.mappa_level,
    current_rows.registration_start,
    current_rows.registration_end,
    current_rows.rm2000_level,
    current_rows.arms_level,
    case when current_rows.arms_date <= {{ as_at() }} then current_rows.arms_date end as arms_date,
    current_rows.release_date,
    case when current_rows.last_visit_date <= {{ as_at() }} then current_rows.last_visit_date end as last_visit_date,
    current_rows.next_visit_due,
    current_rows.manager_id,
    current_rows.division,
    current_rows.status
from current_rows
where current_rows.registration_start is null or current_rows.registration_start <= {{ as_at() }}
