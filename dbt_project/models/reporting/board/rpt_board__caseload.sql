-- How many managers hold more than they should, without naming anybody.
select
    {{ as_at() }} as as_at,
    caseloads.census_date,
    count(*) as managers,
    cast(sum(caseloads.offenders_managed) as bigint) as people,
    count(case when caseloads.is_over_capacity then 1 end) as over_capacity,
    case
        when count(caseloads.is_over_30_pct_high_risk) > 0
            then count(case when caseloads.is_over_30_pct_high_risk then 1 end)
    end as over_high_risk_share,
    caseloads.census_date = max(caseloads.census_date) over (
        order by caseloads.census_date rows between unbounded preceding and unbounded following
    ) as is_latest
from {{ ref("fct_caseloads") }} as caseloads
group by caseloads.census_date
