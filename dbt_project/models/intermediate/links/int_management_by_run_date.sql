-- Who was managed, previously managed or considered at each run date; everybody else never was considered.
with managed as (
    select distinct
        periods.nominal_id,
        run_dates.run_index
    from {{ ref("int_management_indexed") }} as periods
    inner join {{ ref("int_run_dates") }} as run_dates
        on periods.from_index <= run_dates.run_index and periods.to_index > run_dates.run_index
),

first_ended as (
    select
        periods.nominal_id,
        min(periods.to_index) as run_index
    from {{ ref("int_management_indexed") }} as periods
    group by periods.nominal_id
),

first_referred as (
    select
        resolved.survivor_id as nominal_id,
        min(known.run_index) as run_index
    from {{ ref("stg_idiom__referrals") }} as referrals
    inner join {{ ref("int_nominals_resolved") }} as resolved on referrals.nominal_id = resolved.nominal_id
    inner join {{ ref("int_dates_indexed") }} as known on referrals.referred_date = known.day
    group by resolved.survivor_id
),

people as (
    select first_ended.nominal_id from first_ended
    union
    select first_referred.nominal_id from first_referred
),

statuses as (
    select
        people.nominal_id,
        run_dates.run_index,
        case
            when managed.nominal_id is not null then 'managed'
            when first_ended.run_index <= run_dates.run_index then 'previously_managed'
            when first_referred.run_index <= run_dates.run_index then 'considered'
        end as management_status
    from people
    cross join {{ ref("int_run_dates") }} as run_dates
    left join managed on people.nominal_id = managed.nominal_id and run_dates.run_index = managed.run_index
    left join first_ended on people.nominal_id = first_ended.nominal_id
    left join first_referred on people.nominal_id = first_referred.nominal_id
)

select
    statuses.nominal_id,
    statuses.run_index,
    statuses.management_status
from statuses
where statuses.management_status is not null
