with current_rows as (
    {{ current_rows("police_records", "nominals", ["nominal_id"]) }}
)

select
    current_rows.nominal_id,
    current_rows.pnc_id,
    current_rows.surname,
    current_rows.forename,
    current_rows.date_of_birth,
    current_rows.sex,
    current_rows.ethnicity,
    current_rows.division,
    case when current_rows.deceased_date <= {{ as_at() }} then current_rows.deceased_date end as deceased_date,
    current_rows.merged_into
from current_rows
