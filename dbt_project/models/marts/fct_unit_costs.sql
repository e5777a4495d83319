select
    costs.cost_id,
    costs.scheme,
    costs.cost_date,
    costs.cost_type,
    costs.category,
    cast(costs.amount_gbp as decimal(18, 2)) as amount_gbp
from {{ ref("stg_idiom__unit_costs") }} as costs
