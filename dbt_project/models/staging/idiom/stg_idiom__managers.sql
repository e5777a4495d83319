-- end_date and mosovo_date may lie ahead: they are plans, and stay as supplied.
with current_rows as (
    {{ current_rows("idiom", "managers", ["manager_id"]) }}
)

select
    current_rows.manager_id,
    current_rows.unit_origin,
    current_rows.role,
    current_rows.division,
    current_rows.start_date,
    current_rows.end_date,
    current_rows.mosovo_date,
    current_rows.max_caseload
from current_rows
where current_rows.start_date <= {{ as_at() }}
