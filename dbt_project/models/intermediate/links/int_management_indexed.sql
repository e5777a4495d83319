-- Spells and registrations of linked people, by the run dates on which they are open [from_index, to_index). A
-- registration without a start is open since ever.
select
    periods.nominal_id,
    coalesce(known.run_index, 1) as from_index,
    coalesce(gone.run_index, (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date))
        as to_index
from {{ ref("int_periods_managed") }} as periods
left join {{ ref("int_dates_indexed") }} as known on periods.start_date = known.day
left join {{ ref("int_dates_indexed") }} as gone on periods.end_date = gone.day
