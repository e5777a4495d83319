-- Files of the deliveries in effect: rows in = loaded + quarantined + identical duplicates.
select
    {{ as_at() }} as as_at,
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
    files.adds_up
from {{ ref("fct_delivery_files") }} as files
