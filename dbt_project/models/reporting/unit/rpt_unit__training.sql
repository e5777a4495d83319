-- Offender managers in post and how many are trained: on the day before the set-up date, and at as_at. No row where nobody
-- delivered who the managers are.
with days as (
    select
        least({{ days_after("cast(" ~ parameter("unit_set_up_date") ~ " as date)", -1) }}, {{ as_at() }}) as before_day,
        cast({{ parameter("unit_set_up_date") }} as date) as set_up_date
),

counted as (
    select
        days.set_up_date,
        days.before_day,
        count(case when {{ in_post("managers", "days.before_day") }} then 1 end) as managers_before,
        count(case when {{ in_post("managers", "days.before_day") }} and managers.mosovo_date <= days.before_day then 1 end)
            as trained_before,
        count(case when {{ in_post("managers", as_at()) }} then 1 end) as managers_after,
        count(case when {{ in_post("managers", as_at()) }} and managers.mosovo_date <= {{ as_at() }} then 1 end)
            as trained_after
    from days
    left join {{ ref("dim_managers") }} as managers on managers.role = 'offender_manager'
    group by days.set_up_date, days.before_day
)

select
    {{ as_at() }} as as_at,
    counted.managers_after as managers,
    counted.trained_after as trained,
    100 * cast(counted.trained_after as double) / nullif(cast(counted.managers_after as double), 0) as trained_pct,
    counted.set_up_date,
    counted.managers_before,
    counted.trained_before,
    100 * cast(counted.trained_before as double) / nullif(cast(counted.managers_before as double), 0)
        as trained_before_pct,
    case when counted.set_up_date <= {{ as_at() }} then counted.managers_after end as managers_after,
    case when counted.set_up_date <= {{ as_at() }} then counted.trained_after end as trained_after,
    case
        when counted.set_up_date <= {{ as_at() }}
            then 100 * cast(counted.trained_after as double) / nullif(cast(counted.managers_after as double), 0)
    end as trained_after_pct,
    case when counted.set_up_date <= {{ as_at() }} then counted.trained_after - counted.trained_before end
        as trained_difference,
    case
        when counted.set_up_date <= {{ as_at() }}
            then
                100 * cast(counted.trained_after - counted.trained_before as double)
                / nullif(cast(counted.trained_before as double), 0)
    end as trained_difference_pct
from counted
where {{ delivered(ref("fct_deliveries"), "idiom") }}
