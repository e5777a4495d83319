-- Who was inside at each run date.
select distinct
    resolved.survivor_id as nominal_id,
    run_dates.run_index
from {{ ref("stg_police_records__custody_spells") }} as custody
inner join {{ ref("int_nominals_resolved") }} as resolved on custody.nominal_id = resolved.nominal_id
inner join {{ ref("int_run_dates") }} as run_dates
    on
        custody.start_date <= run_dates.run_date
        and (custody.end_date is null or custody.end_date > run_dates.run_date)
