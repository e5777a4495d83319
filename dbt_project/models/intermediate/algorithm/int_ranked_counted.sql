-- How many were ranked at each scheduled run date, by whether they were managed and at liberty.
with everybody as (
    select
        placed.run_index,
        count(*) as people
    from {{ ref("int_nominals_placed") }} as placed
    inner join {{ ref("int_run_dates") }} as run_dates
        on placed.run_index = run_dates.run_index and run_dates.is_scheduled
    group by placed.run_index
),

active as (
    select
        ranked.run_index,
        ranked.is_managed,
        ranked.is_at_liberty,
        count(*) as people
    from {{ ref("int_ranked_active") }} as ranked
    group by ranked.run_index, ranked.is_managed, ranked.is_at_liberty
),

counted as (
    select * from active
    union all
    select
        everybody.run_index,
        false as is_managed,
        true as is_at_liberty,
        max(everybody.people) - coalesce(sum(active.people), 0) as people
    from everybody
    left join active on everybody.run_index = active.run_index
    group by everybody.run_index
)

select
    counted.run_index,
    counted.is_managed,
    counted.is_at_liberty,
    cast(sum(counted.people) as bigint) as people
from counted
group by counted.run_index, counted.is_managed, counted.is_at_liberty
