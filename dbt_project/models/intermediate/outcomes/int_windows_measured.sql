-- Each window with its days at risk and what happened in it.
with inside as (
    select
        windows.nominal_id,
        windows.cohort,
        windows.basis,
        windows.window_name,
        sum(
            {{ days_between(
                "greatest(custody.first_day, windows.first_day)", "least(custody.last_day, windows.last_day)"
            ) }} + 1
        ) as days_inside
    from {{ ref("int_windows") }} as windows
    inner join {{ ref("int_custody_periods") }} as custody
        on
            windows.nominal_id = custody.nominal_id
            and custody.first_day <= windows.last_day
            and custody.last_day >= windows.first_day
    where windows.days > 0
    group by windows.nominal_id, windows.cohort, windows.basis, windows.window_name
),

events as (
    select
        windows.nominal_id,
        windows.cohort,
        windows.basis,
        windows.window_name,
        count(*) as offences,
        cast(sum(events.harm_days) as decimal(18, 4)) as harm_days,
        cast(sum(events.unit_cost_gbp) as decimal(18, 2)) as cost_gbp,
        sum(case when events.unit_cost_gbp is null then 1 else 0 end) as offences_without_cost
    from {{ ref("int_windows") }} as windows
    inner join {{ ref("int_offending_events") }} as events
        on
            windows.nominal_id = events.nominal_id
            and windows.basis = events.basis
            and events.offence_date >= windows.first_day
            and events.offence_date <= windows.last_day
    group by windows.nominal_id, windows.cohort, windows.basis, windows.window_name
)

select
    windows.nominal_id,
    windows.cohort,
    windows.basis,
    windows.window_name,
    windows.is_cut,
    windows.days,
    windows.days - coalesce(inside.days_inside, 0) as at_risk_days,
    coalesce(events.offences, 0) as offences,
    coalesce(events.harm_days, cast(0 as decimal(18, 4))) as harm_days,
    coalesce(events.cost_gbp, cast(0 as decimal(18, 2))) as cost_gbp,
    coalesce(events.offences_without_cost, 0) as offences_without_cost
from {{ ref("int_windows") }} as windows
left join inside
    on
        windows.nominal_id = inside.nominal_id
        and windows.cohort = inside.cohort
        and windows.basis = inside.basis
        and windows.window_name = inside.window_name
left join events
    on
        windows.nominal_id = events.nominal_id
        and windows.cohort = events.cohort
        and windows.basis = events.basis
        and windows.window_name = events.window_name
