-- Every nominal with its survivor by the merges of the source: itself where it was not merged.
select
    nominals.nominal_id,
    coalesce(merged.survivor_id, nominals.nominal_id) as survivor_id,
    nominals.pnc_id,
    merged.survivor_id is not null as is_merged
from {{ ref("stg_police_records__nominals") }} as nominals
left join {{ ref("int_nominals_merged") }} as merged on nominals.nominal_id = merged.nominal_id
