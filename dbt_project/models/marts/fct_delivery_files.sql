select
    files.source,
    files.delivery_id,
    files.entity,
    files.rows,
    files.loaded,
    files.quarantined,
    files.quarantined_with_parent,
    files.identical_duplicates,
    files.blank_lines,
    files.deleted_with_parent,
    files.rows = files.loaded + files.quarantined + files.identical_duplicates as adds_up
from {{ ref("stg_ledger__files") }} as files
