with current_rows as (
    {{ current_rows("idiom", "unit_costs", ["cost_id"]) }}
)

select
    current_rows.cost_id,
    current_rows.scheme,
    current_rows.cost_date,
    current_rows.cost_type,
    current_rows.category,
    current_rows.amount_gbp
from current_rows
where current_rows.cost_date <= {{ as_at() }}
