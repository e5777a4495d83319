-- A role is known from its role_date; before it the link reads `suspect`.
with current_rows as (
    {{ current_rows("police_records", "offence_nominals", ["offence_id", "nominal_id"]) }}
)

select
    current_rows.offence_id,
    current_rows.nominal_id,
    case when current_rows.role_date <= {{ as_at() }} then current_rows.role else 'suspect' end as role,
    case when current_rows.role_date <= {{ as_at() }} then current_rows.role_date end as role_date
from current_rows
