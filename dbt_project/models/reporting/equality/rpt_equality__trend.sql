-- The same ratios on the latest list, and on the last ones a year and two years before it.
with dates as (
    select distinct stages.run_date from {{ ref("fct_equality_stages") }} as stages
),

latest as (
    select max(dates.run_date) as run_date from dates
),

chosen as (
    select
        steps.n as years_before,
        max(dates.run_date) as run_date
    from latest
    cross join {{ numbers(0, 2) }} as steps
    inner join dates on dates.run_date <= {{ months_after("latest.run_date", "-12 * steps.n") }}
    group by steps.n
)

select
    {{ as_at() }} as as_at,
    cast(chosen.years_before as bigint) as years_before,
    stages.run_date,
    stages.stage,
    stages.characteristic,
    stages.group_name as {{ quoted("group") }},
    stages.n,
    stages.base_n,
    stages.selection_ratio,
    stages.ci_low,
    stages.ci_high,
    stages.missing_share
from {{ ref("fct_equality_stages") }} as stages
inner join chosen on stages.run_date = chosen.run_date
where stages.base_stage is not null and stages.characteristic <> 'ethnicity'
