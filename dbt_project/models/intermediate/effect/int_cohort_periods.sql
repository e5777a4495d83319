-- Days in each cohort (and in any: `all`), each once: overlapping and touching spells of a person become one period
-- [first_day, last_day], both ends in. A spell is open from its start to the day before its end. Death ends a period the
-- day before.
with spells as (
    select spells.nominal_id, spells.cohort, spells.adopted_date, spells.deselected_date
    from {{ ref("int_management_spells") }} as spells
    union all
    select spells.nominal_id, 'all' as cohort, spells.adopted_date, spells.deselected_date
    from {{ ref("int_management_spells") }} as spells
),

days as (
    select
        spells.nominal_id,
        spells.cohort,
        greatest(spells.adopted_date, cast({{ parameter("coverage_start_police_records") }} as date)) as first_day,
        least(
            coalesce({{ days_after("spells.deselected_date", -1) }}, {{ as_at() }}),
            coalesce({{ days_after("nominals.deceased_date", -1) }}, {{ as_at() }})
        ) as last_day
    from spells
    inner join {{ ref("int_nominals_survived") }} as nominals on spells.nominal_id = nominals.nominal_id
),

flagged as (
    select
        days.*,
        case
            when
                days.first_day <= {{ days_after(
                    "max(days.last_day) over (partition by days.nominal_id, days.cohort "
                    ~ "order by days.first_day, days.last_day rows between unbounded preceding and 1 preceding)",
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
            partition by flagged.nominal_id, flagged.cohort order by flagged.first_day, flagged.last_day
            rows between unbounded preceding and current row
        ) as period_number
    from flagged
)

select
    numbered.nominal_id,
    numbered.cohort,
    min(numbered.first_day) as first_day,
    max(numbered.last_day) as last_day
from numbered
group by numbered.nominal_id, numbered.cohort, numbered.period_number
