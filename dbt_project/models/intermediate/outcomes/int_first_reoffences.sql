-- The first counted offence on or after adoption, and how many within a year count (proven: sanctioned in time).
select
    spells.nominal_id,
    spells.cohort,
    events.basis,
    min(events.offence_date) as first_reoffence_date,
    sum(
        case
            when
                events.offence_date <= {{ days_after("spells.adopted_date", parameter("reoffending_days")) }}
                and (
                    events.basis = 'recorded'
                    or events.sanction_date
                    <= {{ days_after("spells.adopted_date", parameter("proven_matured_days")) }}
                )
                then 1
            else 0
        end
    ) as reoffences_12m
from {{ ref("int_first_spells") }} as spells
inner join {{ ref("int_offending_events") }} as events
    on spells.nominal_id = events.nominal_id and events.offence_date >= spells.adopted_date
group by spells.nominal_id, spells.cohort, events.basis
