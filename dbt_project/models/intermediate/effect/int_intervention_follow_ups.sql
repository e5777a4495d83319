-- Each completed intervention of a known person, and whether they offended in the months from its completion, and in as many
-- before it began. Only follow-ups that lie within as_at are there.
with completed as (
    select
        interventions.intervention_id,
        interventions.intervention,
        resolved.survivor_id as nominal_id,
        interventions.intervention_date,
        interventions.completed_date,
        lengths.months,
        {{ months_after("interventions.completed_date", "lengths.months") }} as until_date,
        {{ months_after("interventions.intervention_date", "-lengths.months") }} as since_date
    from {{ ref("stg_idiom__interventions") }} as interventions
    inner join {{ ref("int_nominals_resolved") }} as resolved on interventions.nominal_id = resolved.nominal_id
    cross join (
        {%- for months in number_list("intervention_follow_up_months") %}
        select {{ months }} as months{{ " union all" if not loop.last }}
        {%- endfor %}
    ) as lengths
    where interventions.completed_date is not null
)

select
    completed.intervention_id,
    completed.months,
    completed.intervention,
    completed.nominal_id,
    completed.intervention_date,
    completed.completed_date,
    completed.until_date,
    max(
        case
            when events.offence_date >= completed.completed_date and events.offence_date <= completed.until_date then 1
            else 0
        end
    ) = 1 as has_reoffended,
    max(
        case
            when events.offence_date >= completed.since_date and events.offence_date < completed.intervention_date then 1
            else 0
        end
    ) = 1 as has_offended_before
from completed
left join {{ ref("int_offending_events") }} as events
    on completed.nominal_id = events.nominal_id and events.basis = 'recorded'
where completed.until_date <= {{ as_at() }}
group by
    completed.intervention_id,
    completed.months,
    completed.intervention,
    completed.nominal_id,
    completed.intervention_date,
    completed.completed_date,
    completed.until_date
