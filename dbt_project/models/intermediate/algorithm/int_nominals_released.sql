-- The last day up to each run date on which a person was let out; the run date itself for somebody inside. Those
-- never inside before it have no row.
select
    periods.nominal_id,
    run_dates.run_index,
    least(max({{ days_after("periods.last_day", 1) }}), max(run_dates.run_date)) as released_date
from {{ ref("int_custody_periods") }} as periods
inner join {{ ref("int_run_dates") }} as run_dates on periods.first_day <= run_dates.run_date
group by periods.nominal_id, run_dates.run_index
