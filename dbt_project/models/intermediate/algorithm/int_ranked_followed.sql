{{ config(materialized="view") }}

-- Everybody ranked at a scheduled run date, with what they did after it, and whether they were managed and at liberty, as at
-- the run date.
select
    people.run_index,
    people.run_date,
    people.nominal_id,
    people.rank,
    coalesce(active.is_managed, false) as is_managed,
    coalesce(active.is_at_liberty, true) as is_at_liberty,
    coalesce(active.harm_days, cast(0 as decimal(18, 4))) as harm_days,
    coalesce(active.offences, 0) as offences
from {{ ref("int_nominals_ranked") }} as people
inner join {{ ref("int_run_dates") }} as run_dates
    on people.run_index = run_dates.run_index and run_dates.is_scheduled
left join {{ ref("int_ranked_active") }} as active on people.run_index = active.run_index and people.rank = active.rank
