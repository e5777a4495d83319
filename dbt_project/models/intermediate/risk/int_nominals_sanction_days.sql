-- Sanctions of one day are one; a conviction among them makes it a conviction; its offence group is that of the event
-- with most harm. Days on which the person was under age are left out (and counted in the quality tables).
with aged as (
    select
        events.nominal_id,
        events.sanction_date,
        events.ogrs3_group,
        events.sanction = 'conviction' as is_conviction,
        row_number() over (
            partition by events.nominal_id, events.sanction_date
            order by coalesce(events.harm_days, 0) desc, events.ho_code asc, events.event_id asc
        ) as event_position,
        max(case when events.sanction = 'conviction' then 1 else 0 end) over (
            partition by events.nominal_id, events.sanction_date
        ) as day_has_conviction
    from {{ ref("int_sanctions_linked") }} as events
    inner join {{ ref("int_nominals_survived") }} as nominals on events.nominal_id = nominals.nominal_id
    where
        nominals.date_of_birth is not null
        and {{ age_at("events.sanction_date", "nominals.date_of_birth") }} >= {{ parameter("minimum_sanction_age") }}
),

days as (
    select
        aged.nominal_id,
        aged.sanction_date,
        aged.ogrs3_group,
        aged.day_has_conviction = 1 as is_conviction,
        row_number() over (partition by aged.nominal_id order by aged.sanction_date) as sanctions,
        min(aged.sanction_date) over (partition by aged.nominal_id) as first_sanction_date,
        lag(aged.day_has_conviction = 1) over (
            partition by aged.nominal_id order by aged.sanction_date
        ) as is_previous_conviction
    from aged
    where aged.event_position = 1
),

indexed as (
    select
        days.*,
        known.run_index as from_index,
        coalesce(
            lead(known.run_index) over (partition by days.nominal_id order by days.sanction_date),
            (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date)
        ) as to_index
    from days
    inner join {{ ref("int_dates_indexed") }} as known on days.sanction_date = known.day
)

select indexed.*
from indexed
where indexed.from_index < indexed.to_index
