select
    parameters.parameter,
    cast(parameters.value as varchar) as value,
    parameters.data_type,
    parameters.unit,
    cast(parameters.affects_ranking as boolean) as affects_ranking,
    parameters.description,
    parameters.source
from {{ ref("algorithm_parameters") }} as parameters
