with current_rows as (
    {{ current_rows("police_records", "offence_victims", ["offence_id", "victim_id", "nominal_id"]) }}
)

select
    current_rows.offence_id,
    current_rows.victim_id,
    current_rows.nominal_id,
    current_rows.relationship,
    current_rows.victim_age,
    current_rows.vulnerable = 'Y' as is_vulnerable
from current_rows
