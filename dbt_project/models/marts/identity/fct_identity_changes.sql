select
    changed.run_date,
    changed.release_id,
    changed.nominal_id,
    changed.survivor_before,
    changed.survivor_now,
    changed.change
from {{ ref("int_identity_changed") }} as changed
