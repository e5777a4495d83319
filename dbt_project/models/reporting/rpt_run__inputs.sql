-- What this release rests on.
select
    {{ as_at() }} as as_at,
    deliveries.source,
    deliveries.delivery_id,
    deliveries.mode,
    deliveries.extract_date
from {{ ref("fct_deliveries") }} as deliveries
where deliveries.is_in_effect
