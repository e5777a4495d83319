-- Per nominal and cohort: days from the first day at liberty on or after adoption to the first reoffence, or to what ends the
-- observation: custody, death, as_at or the last day of the curves. Custody that starts on the day of the offence follows it.
with starts as (
    select
        spells.nominal_id,
        spells.cohort,
        spells.adopted_date,
        nominals.deceased_date,
        coalesce({{ days_after("custody.last_day", 1) }}, spells.adopted_date) as first_day
    from {{ ref("int_first_spells") }} as spells
    inner join {{ ref("int_nominals_survived") }} as nominals on spells.nominal_id = nominals.nominal_id
    left join {{ ref("int_custody_periods") }} as custody
        on
            spells.nominal_id = custody.nominal_id
            and custody.first_day <= spells.adopted_date
            and custody.last_day >= spells.adopted_date
),

observed as (
    select starts.*
    from starts
    where
        starts.first_day <= {{ as_at() }}
        and (starts.deceased_date is null or starts.first_day < starts.deceased_date)
),

next_custody as (
    select
        observed.nominal_id,
        observed.cohort,
        min(custody.first_day) as first_day
    from observed
    inner join {{ ref("int_custody_periods") }} as custody
        on observed.nominal_id = custody.nominal_id and custody.first_day > observed.first_day
    group by observed.nominal_id, observed.cohort
),

first_offence as (
    select
        observed.nominal_id,
        observed.cohort,
        min(events.offence_date) as offence_date
    from observed
    inner join {{ ref("int_offending_events") }} as events
        on
            observed.nominal_id = events.nominal_id
            and events.basis = 'recorded'
            and events.offence_date >= observed.first_day
    group by observed.nominal_id, observed.cohort
),

ended as (
    select
        observed.nominal_id,
        observed.cohort,
        observed.adopted_date,
        observed.first_day,
        first_offence.offence_date,
        least(
            coalesce(next_custody.first_day, {{ as_at() }}),
            coalesce(observed.deceased_date, {{ as_at() }}),
            {{ as_at() }},
            {{ days_after("observed.first_day", parameter("survival_days")) }}
        ) as last_day
    from observed
    left join next_custody
        on observed.nominal_id = next_custody.nominal_id and observed.cohort = next_custody.cohort
    left join first_offence
        on observed.nominal_id = first_offence.nominal_id and observed.cohort = first_offence.cohort
)

select
    ended.nominal_id,
    ended.cohort,
    ended.adopted_date,
    ended.first_day,
    coalesce(ended.offence_date <= ended.last_day, false) as has_reoffended,
    {{ days_between("ended.first_day", "least(coalesce(ended.offence_date, ended.last_day), ended.last_day)") }} as days
from ended
