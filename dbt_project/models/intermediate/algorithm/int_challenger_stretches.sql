-- The scored stretches, cut where a person's recent offences change or a period inside begins, so that nothing has to be looked
-- up date by date. `released_date` is the day after the last day inside of all periods that began by then: it lies ahead for
-- somebody inside, and those never inside have none.
with recent as (
    {{ recent_offences(parameter("challenger_frequency_days")) }}
),

-- the first run date of each day on which a period inside begins
entered as (
    select
        days.first_day,
        min(run_dates.run_index) as run_index
    from (select distinct periods.first_day from {{ ref("int_custody_periods") }} as periods) as days
    inner join {{ ref("int_run_dates") }} as run_dates on days.first_day <= run_dates.run_date
    group by days.first_day
),

changes as (
    select recent.nominal_id, recent.from_index as run_index, recent.offences, cast(null as date) as released_date
    from recent
    union all
    select recent.nominal_id, recent.to_index as run_index, -recent.offences as offences, null as released_date
    from recent
    union all
    select
        periods.nominal_id,
        entered.run_index,
        0 as offences,
        {{ days_after("periods.last_day", 1) }} as released_date
    from {{ ref("int_custody_periods") }} as periods
    inner join entered on periods.first_day = entered.first_day
    union all
    select stretches.nominal_id, stretches.from_index as run_index, 0 as offences, null as released_date
    from {{ ref("int_nominals_standing") }} as stretches
),

{{ states_between("changes", {"offences": "sum", "released_date": "max"}) }}

select
    stretches.standing,
    states.from_index,
    least(stretches.to_index, coalesce(states.to_index, stretches.to_index)) as to_index,
    cast(states.offences as bigint) as recent_offences,
    states.released_date
from {{ ref("int_nominals_standing") }} as stretches
inner join states
    on
        stretches.nominal_id = states.nominal_id
        and stretches.from_index <= states.from_index
        and stretches.to_index > states.from_index
