-- Days inside, each once: overlapping and touching spells become one period [first_day, last_day], both ends in. A spell
-- covers its start up to the day before its end; one that has not ended covers as_at.
with days as (
    select
        resolved.survivor_id as nominal_id,
        custody.start_date as first_day,
        coalesce({{ days_after("custody.end_date", -1) }}, {{ as_at() }}) as last_day
    from {{ ref("stg_police_records__custody_spells") }} as custody
    inner join {{ ref("int_nominals_resolved") }} as resolved on custody.nominal_id = resolved.nominal_id
),

flagged as (
    select
        days.*,
        case
            when
                days.first_day <= {{ days_after(
                    "max(days.last_day) over (partition by days.nominal_id order by days.first_day, days.last_day "
                    ~ "rows between unbounded preceding and 1 preceding)",
                    1,
                ) }}
                then 0
            else 1
        end as is_new_period
    from days
    where days.last_day >= days.first_day
),

numbered as (
    select
        flagged.*,
        sum(flagged.is_new_period) over (
            partition by flagged.nominal_id order by flagged.first_day, flagged.last_day
            rows between unbounded preceding and current row
        ) as period_number
    from flagged
)

select
    numbered.nominal_id,
    min(numbered.first_day) as first_day,
    max(numbered.last_day) as last_day
from numbered
group by numbered.nominal_id, numbered.period_number
