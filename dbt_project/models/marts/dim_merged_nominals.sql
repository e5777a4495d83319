select
    resolved.nominal_id,
    resolved.survivor_id
from {{ ref("int_nominals_resolved") }} as resolved
where resolved.is_merged
