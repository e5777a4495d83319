with current_rows as (
    {{ current_rows("idiom", "intervention_catalogue", ["intervention"]) }}
)

select
    current_rows.intervention,
    current_rows.title,
    current_rows.type,
    current_rows.reoffending_pathway
from current_rows
