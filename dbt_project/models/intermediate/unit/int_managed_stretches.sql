-- Stretches of days on which a linked person was managed, each day once: overlapping and touching spells and
-- registrations become one [first_day, last_day], both ends in, cut at as_at. A period covers its start up to the day
-- before its end; a registration without a start is open since ever. Death ends every stretch the day before.
with periods as (
    select
        linked.nominal_id,
        spells.adopted_date as start_date,
        spells.deselected_date as end_date
    from {{ ref("stg_idiom__cohort_spells") }} as spells
    inner join {{ ref("int_cohort_spells_linked") }} as linked on spells.spell_id = linked.spell_id
    where linked.nominal_id is not null
    union all
    select
        linked.nominal_id,
        registrations.registration_start as start_date,
        registrations.registration_end as end_date
    from {{ ref("stg_visor_summary__registrations") }} as registrations
    inner join {{ ref("int_registrations_linked") }} as linked on registrations.visor_id = linked.visor_id
    where linked.nominal_id is not null
),

days as (
    select
        periods.nominal_id,
        coalesce(periods.start_date, date '1900-01-01') as first_day,
        least(
            coalesce({{ days_after("periods.end_date", -1) }}, {{ as_at() }}),
            coalesce({{ days_after("nominals.deceased_date", -1) }}, {{ as_at() }}),
            {{ as_at() }}
        ) as last_day
    from periods
    inner join {{ ref("int_nominals_survived") }} as nominals on periods.nominal_id = nominals.nominal_id
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
        end as is_new_stretch
    from days
    where days.last_day >= days.first_day
),

numbered as (
    select
        flagged.*,
        sum(flagged.is_new_stretch) over (
            partition by flagged.nominal_id order by flagged.first_day, flagged.last_day
            rows between unbounded preceding and current row
        ) as stretch_number
    from flagged
)

select
    numbered.nominal_id,
    min(numbered.first_day) as first_day,
    max(numbered.last_day) as last_day
from numbered
group by numbered.nominal_id, numbered.stretch_number
