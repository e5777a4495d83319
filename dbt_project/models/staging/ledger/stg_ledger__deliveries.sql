select
    deliveries.source,
    deliveries.delivery_id,
    deliveries.mode,
    deliveries.extract_date,
    deliveries.status,
    deliveries.is_in_effect,
    deliveries.reason
from {{ source("ledger", "deliveries") }} as deliveries
