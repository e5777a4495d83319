select
    merged.nominal_id,
    merged.survivor_id
from {{ ref("int_nominals_merged") }} as merged
