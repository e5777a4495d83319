-- Each adoption that is evaluated, with the last scheduled run date before it: the day on which comparators are looked
-- for. Null where there is none: adopted on or before the first ranked date.
with adoptions as (
    select distinct spells.nominal_id, spells.adopted_date
    from {{ ref("int_first_spells") }} as spells
)

select
    adoptions.nominal_id,
    adoptions.adopted_date,
    max(run_dates.run_index) as run_index,
    max(run_dates.run_date) as run_date
from adoptions
left join {{ ref("int_run_dates") }} as run_dates
    on run_dates.is_scheduled and run_dates.run_date < adoptions.adopted_date
group by adoptions.nominal_id, adoptions.adopted_date
