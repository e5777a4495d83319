-- Counted offences of a person in the days (d - challenger_frequency_days, d], as known at each run date d. Those
-- without one have no row.
with recent as (
    {{ recent_offences(parameter("challenger_frequency_days")) }}
)

select
    recent.nominal_id,
    run_dates.run_index,
    cast(sum(recent.offences) as bigint) as offences
from recent
inner join {{ ref("int_run_dates") }} as run_dates
    on recent.from_index <= run_dates.run_index and recent.to_index > run_dates.run_index
group by recent.nominal_id, run_dates.run_index
