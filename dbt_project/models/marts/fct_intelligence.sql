select
    logs.log_id,
    resolved.survivor_id as nominal_id,
    logs.log_date,
    logs.category
from {{ ref("stg_police_records__intelligence_logs") }} as logs
left join {{ ref("int_nominals_resolved") }} as resolved on logs.nominal_id = resolved.nominal_id
