-- Every delivery that came, and what became of it.
select
    {{ as_at() }} as as_at,
    deliveries.source,
    deliveries.delivery_id,
    deliveries.mode,
    deliveries.extract_date,
    deliveries.status,
    deliveries.is_in_effect,
    deliveries.reason
from {{ ref("fct_deliveries") }} as deliveries
