select
    {{ as_at() }} as as_at,
    left_out.cohort,
    left_out.reason,
    left_out.record_id
from {{ ref("int_left_out") }} as left_out
