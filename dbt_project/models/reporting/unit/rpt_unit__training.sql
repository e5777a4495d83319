-- Offender managers in post and how many are trained: on the day before the set-up date, and at as_at. Not known
-- where nobody delivered who the managers are.
with days as (
    select
        least({{ days_after("cast(" ~ parameter("unit_set_up_date") ~ " as date)", -1) }}, {{ as_at() }}) as before_day,
        cast({{ parameter("unit_set_up_date") }} as date) as set_up_date,
        {{ delivered(ref("fct_deliveries"), "idiom") }} as is_known
),

counted as (
    select
        days.set_up_date,
        days.before_day,
        days.is_known,
        count(case when {{ in_post("managers", "days.before_day") }} then 1 end) as managers_before,
        count(case when {{ in_post("managers", "days.before_day") }} and managers.mosovo_date <= days.before_day then 1 end)
            as trained_before,
        count(case when {{ in_post("managers", as_at()) }} then 1 end) as managers_after,
        count(case when {{ in_post("managers", as_at()) }} and managers.mosovo_date <= {{ as_at() }} then 1 end)
            as trained_after
    from days
    left join {{ ref("dim_managers") }} as managers on managers.role = 'offender_manager'
    group by days.set_up_date, days.before_day, days.is_known
),

known as (
    select
        counted.set_up_date,
        {%- for column in ("managers_before", "trained_before", "managers_after", "trained_after") %}
        case when counted.is_known then counted.{{ column }} end as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from counted
)

select
    {{ as_at() }} as as_at,
    known.managers_after as managers,
    known.trained_after as trained,
    100 * cast(known.trained_after as double) / nullif(cast(known.managers_after as double), 0) as trained_pct,
    known.set_up_date,
    known.managers_before,
    known.trained_before,
    100 * cast(known.trained_before as double) / nullif(cast(known.managers_before as double), 0)
        as trained_before_pct,
    case when known.set_up_date <= {{ as_at() }} then known.managers_after end as managers_after,
    case when known.set_up_date <= {{ as_at() }} then known.trained_after end as trained_after,
    case
        when known.set_up_date <= {{ as_at() }}
            then 100 * cast(known.trained_after as double) / nullif(cast(known.managers_after as double), 0)
    end as trained_after_pct,
    case when known.set_up_date <= {{ as_at() }} then known.trained_after - known.trained_before end
        as trained_difference,
    case
        when known.set_up_date <= {{ as_at() }}
            then
                100 * cast(known.trained_after - known.trained_before as double)
                / nullif(cast(known.trained_before as double), 0)
    end as trained_difference_pct
from known
