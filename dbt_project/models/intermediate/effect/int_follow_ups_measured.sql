-- Each stretch with its days, its days at risk (not covered by custody) and what happened in it.
with inside as (
    select
        follow_ups.nominal_id,
        follow_ups.basis,
        follow_ups.first_day,
        follow_ups.last_day,
        sum(
            {{ days_between(
                "greatest(custody.first_day, follow_ups.first_day)", "least(custody.last_day, follow_ups.last_day)"
            ) }} + 1
        ) as days_inside
    from {{ ref("int_follow_ups") }} as follow_ups
    inner join {{ ref("int_custody_periods") }} as custody
        on
            follow_ups.nominal_id = custody.nominal_id
            and custody.first_day <= follow_ups.last_day
            and custody.last_day >= follow_ups.first_day
    group by follow_ups.nominal_id, follow_ups.basis, follow_ups.first_day, follow_ups.last_day
),

events as (
    select
        follow_ups.nominal_id,
        follow_ups.basis,
        follow_ups.first_day,
        follow_ups.last_day,
        count(*) as offences,
        cast(sum(offending.harm_days) as decimal(18, 4)) as harm_days
    from {{ ref("int_follow_ups") }} as follow_ups
    inner join {{ ref("int_offending_events") }} as offending
        on
            follow_ups.nominal_id = offending.nominal_id
            and follow_ups.basis = offending.basis
            and offending.offence_date >= follow_ups.first_day
            and offending.offence_date <= follow_ups.last_day
    group by follow_ups.nominal_id, follow_ups.basis, follow_ups.first_day, follow_ups.last_day
),

lengths as (
    select
        follow_ups.*,
        {{ days_between("follow_ups.first_day", "follow_ups.last_day") }} + 1 as days
    from {{ ref("int_follow_ups") }} as follow_ups
)

select
    lengths.nominal_id,
    lengths.basis,
    lengths.first_day,
    lengths.last_day,
    lengths.days,
    lengths.days - coalesce(inside.days_inside, 0) as at_risk_days,
    coalesce(events.offences, 0) as offences,
    coalesce(events.harm_days, cast(0 as decimal(18, 4))) as harm_days
from lengths
left join inside
    on
        lengths.nominal_id = inside.nominal_id
        and lengths.basis = inside.basis
        and lengths.first_day = inside.first_day
        and lengths.last_day = inside.last_day
left join events
    on
        lengths.nominal_id = events.nominal_id
        and lengths.basis = events.basis
        and lengths.first_day = events.first_day
        and lengths.last_day = events.last_day
