-- What each offence code is worth in harm, in risk and in money, and what its harm rests on.
select
    {{ as_at() }} as as_at,
    types.ho_code,
    types.title,
    types.subgroup,
    types.harm_days,
    case when types.harm_days is null then 'gap' else types.harm_basis end as harm_basis,
    types.severity_score,
    types.ogrs3_group,
    types.is_serious_violence or types.is_serious_sexual as is_high_harm_by_type,
    types.cost_category,
    types.unit_cost_gbp,
    types.price_year
from {{ ref("dim_offence_types") }} as types
