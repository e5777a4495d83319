select
    interventions.intervention_id,
    resolved.survivor_id as nominal_id,
    interventions.spell_id,
    interventions.intervention_date,
    interventions.intervention,
    types.title,
    types.type,
    types.reoffending_pathway,
    interventions.manager_id,
    interventions.completed_date
from {{ ref("stg_idiom__interventions") }} as interventions
left join {{ ref("stg_idiom__intervention_types") }} as types on interventions.intervention = types.intervention
left join {{ ref("int_nominals_resolved") }} as resolved on interventions.nominal_id = resolved.nominal_id
