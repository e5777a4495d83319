select
    faults.source,
    faults.delivery_id,
    faults.entity,
    faults.rule,
    faults.column_name,
    faults.sentence,
    faults.remedy,
    faults.rows,
    faults.first_line
from {{ ref("stg_ledger__faults") }} as faults
