-- A cohort by quarter on both denominators: fixed at the start of the year, and as it was day by day.
select
    {{ as_at() }} as as_at,
    quarters.cohort,
    quarters.quarter,
    quarters.view,
    count(*) as nominals,
    cast(sum(quarters.at_risk_days) as bigint) as at_risk_days,
    cast(sum(quarters.offences) as bigint) as offences,
    cast(sum(quarters.harm_days) as decimal(18, 4)) as harm_days,
    {{ parameter("rate_year_days") }} * cast(sum(quarters.offences) as double)
    / nullif(cast(sum(quarters.at_risk_days) as double), 0) as offences_per_year_at_risk,
    {{ days_after(months_after(
        "make_date(cast(substr(quarters.quarter, 1, 4) as integer), 1, 1)",
        "3 * cast(substr(quarters.quarter, 7, 1) as integer)",
    ), -1) }} <= {{ as_at() }} as is_complete
from {{ ref("fct_cohort_quarters") }} as quarters
group by quarters.cohort, quarters.quarter, quarters.view
