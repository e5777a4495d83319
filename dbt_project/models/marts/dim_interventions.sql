select
    types.intervention,
    types.title,
    types.type,
    types.reoffending_pathway
from {{ ref("stg_idiom__intervention_types") }} as types
