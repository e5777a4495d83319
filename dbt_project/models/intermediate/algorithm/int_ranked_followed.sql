-- Everybody ranked at a scheduled run date, with what they did after it, and whether they were managed and at liberty, as at
-- the run date.
select
    people.run_index,
    people.run_date,
    people.nominal_id,
    people.rank,
    coalesce(management.management_status = 'managed', false) as is_managed,
    custody.nominal_id is null as is_at_liberty,
    coalesce(followed.harm_days, cast(0 as decimal(18, 4))) as harm_days,
    coalesce(followed.cost_gbp, cast(0 as decimal(18, 2))) as cost_gbp,
    coalesce(followed.offences, 0) as offences
from {{ ref("int_nominals_ranked") }} as people
inner join {{ ref("int_run_dates") }} as run_dates
    on people.run_index = run_dates.run_index and run_dates.is_scheduled
left join {{ ref("int_management_by_run_date") }} as management
    on people.nominal_id = management.nominal_id and people.run_index = management.run_index
left join {{ ref("int_custody_by_run_date") }} as custody
    on people.nominal_id = custody.nominal_id and people.run_index = custody.run_index
left join {{ ref("int_nominals_followed") }} as followed
    on people.nominal_id = followed.nominal_id and people.run_index = followed.run_index
