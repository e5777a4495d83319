-- What share of all harm and of all offences of the ranked people, in the year after, comes from the first 1, 2 ...
-- 100 % of the list.
with ranked as (
    select
        rankings.run_date,
        rankings.nominal_id,
        rankings.rank,
        count(*) over (partition by rankings.run_date) as n
    from {{ ref("fct_rankings") }} as rankings
    where rankings.is_scheduled
),

placed as (
    select
        followed.run_date,
        -- the first whole per cent of the list that reaches this rank: rank <= n * ranked_pct / 100
        ceil(cast(ranked.rank * 100 as double) / ranked.n) as ranked_pct,
        sum(followed.harm_days) as harm_days,
        sum(followed.offences) as offences
    from {{ ref("fct_algorithm_follow_up") }} as followed
    inner join ranked on followed.run_date = ranked.run_date and followed.nominal_id = ranked.nominal_id
    group by followed.run_date, ceil(cast(ranked.rank * 100 as double) / ranked.n)
),

steps as (
    select
        run_dates.run_date,
        run_dates.is_mature,
        percents.n as ranked_pct,
        cast(coalesce(placed.harm_days, 0) as decimal(28, 4)) as harm_days,
        coalesce(placed.offences, 0) as offences
    from {{ ref("dim_run_dates") }} as run_dates
    cross join {{ numbers(1, 100) }} as percents
    left join placed on run_dates.run_date = placed.run_date and percents.n = placed.ranked_pct
    where run_dates.is_scheduled
),

accumulated as (
    select
        steps.run_date,
        steps.is_mature,
        steps.ranked_pct,
        sum(steps.harm_days) over down_the_list as harm_days,
        sum(steps.harm_days) over whole_list as all_harm_days,
        sum(steps.offences) over down_the_list as offences,
        sum(steps.offences) over whole_list as all_offences
    from steps
    window
        whole_list as (partition by steps.run_date),
        down_the_list as (
            partition by steps.run_date order by steps.ranked_pct asc rows between unbounded preceding and current row
        )
)

select
    {{ as_at() }} as as_at,
    accumulated.run_date,
    cast(accumulated.ranked_pct as bigint) as ranked_pct,
    cast(accumulated.harm_days as double) / nullif(cast(accumulated.all_harm_days as double), 0) as harm_share,
    cast(accumulated.offences as double) / nullif(cast(accumulated.all_offences as double), 0) as offence_share,
    accumulated.is_mature
from accumulated
