-- What a person did in the follow-up of each scheduled run date, the days (d, d + follow_up_days], as known at
-- as_at. Only those with an offence in it have a row. Offence dates are few: each is looked up once, for all run
-- dates together, and those before the first are left out before anything is added up.
with counted as (
    select
        links.nominal_id,
        offences.offence_date,
        sum(coalesce(offences.harm_days, 0)) as harm_days,
        sum(coalesce(offences.unit_cost_gbp, 0)) as cost_gbp,
        count(*) as offences
    from {{ ref("int_offence_links_merged") }} as links
    inner join {{ ref("int_offences_weighed") }} as offences on links.offence_id = offences.offence_id
    where
        offences.offence_date > (
            select min(run_dates.run_date)
            from {{ ref("int_run_dates") }} as run_dates
            where run_dates.is_scheduled
        )
        and offences.recorded_date <= {{ as_at() }}
        and (links.counted_until is null or links.counted_until > {{ as_at() }})
    group by links.nominal_id, offences.offence_date
),

windows as (
    select
        days.offence_date,
        run_dates.run_index
    from (select distinct counted.offence_date from counted) as days
    inner join {{ ref("int_run_dates") }} as run_dates
        on
            days.offence_date > run_dates.run_date
            and days.offence_date <= {{ days_after("run_dates.run_date", parameter("follow_up_days")) }}
    where run_dates.is_scheduled
)

select
    windows.run_index,
    counted.nominal_id,
    cast(sum(counted.harm_days) as decimal(18, 4)) as harm_days,
    cast(sum(counted.cost_gbp) as decimal(18, 2)) as cost_gbp,
    cast(sum(counted.offences) as bigint) as offences
from counted
inner join windows on counted.offence_date = windows.offence_date
group by windows.run_index, counted.nominal_id
