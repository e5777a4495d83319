-- How many people each manager holds.
select
    {{ as_at() }} as as_at,
    caseloads.census_date,
    caseloads.manager_id,
    caseloads.offenders_managed,
    caseloads.high_risk_managed,
    caseloads.max_caseload,
    caseloads.capacity_pct,
    caseloads.high_risk_pct,
    caseloads.is_over_capacity,
    caseloads.is_over_30_pct_high_risk,
    caseloads.source
from {{ ref("fct_caseloads") }} as caseloads
