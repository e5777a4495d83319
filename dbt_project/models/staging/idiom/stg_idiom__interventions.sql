with current_rows as (
    {{ current_rows("idiom", "interventions", ["intervention_id"]) }}
)

select
    current_rows.intervention_id,
    current_rows.nominal_id,
    current_rows.spell_id,
    current_rows.intervention_date,
    current_rows.intervention,
    current_rows.manager_id,
    case when current_rows.completed_date <= {{ as_at() }} then current_rows.completed_date end as completed_date
from current_rows
where current_rows.intervention_date <= {{ as_at() }}
