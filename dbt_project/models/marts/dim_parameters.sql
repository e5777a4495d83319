select
    parameters.parameter,
    {{ as_text("parameters.value") }} as value,
    parameters.data_type,
    parameters.unit,
    cast(parameters.affects_ranking as boolean) as affects_ranking,
    parameters.description,
    parameters.source
from {{ ref("algorithm_parameters") }} as parameters
