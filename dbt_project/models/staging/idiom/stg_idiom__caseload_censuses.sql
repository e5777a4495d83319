with current_rows as (
    {{ current_rows("idiom", "caseload_history", ["manager_id", "census_date"]) }}
)

select
    current_rows.manager_id,
    current_rows.census_date,
    current_rows.offenders_managed,
    current_rows.high_risk_managed
from current_rows
where current_rows.census_date <= {{ as_at() }}
