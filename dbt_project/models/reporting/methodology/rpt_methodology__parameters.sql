-- Every parameter of the method, with where its value comes from.
select
    {{ as_at() }} as as_at,
    parameters.parameter,
    parameters.value,
    parameters.unit,
    parameters.affects_ranking,
    parameters.description,
    parameters.source
from {{ ref("dim_parameters") }} as parameters
