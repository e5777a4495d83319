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
    files.deleted_with_parent
from {{ source("ledger", "files") }} as files
