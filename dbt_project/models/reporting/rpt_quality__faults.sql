-- Why rows of the deliveries in effect were put aside, by file and rule.
select
    {{ as_at() }} as as_at,
    faults.source,
    faults.delivery_id,
    faults.entity,
    faults.rule,
    faults.column_name,
    faults.sentence,
    faults.remedy,
    faults.rows,
    faults.first_line
from {{ ref("fct_delivery_faults") }} as faults
