select
    custody.custody_id,
    resolved.survivor_id as nominal_id,
    custody.start_date,
    custody.end_date,
    custody.custody_type,
    custody.sentence_days
from {{ ref("stg_police_records__custody_spells") }} as custody
left join {{ ref("int_nominals_resolved") }} as resolved on custody.nominal_id = resolved.nominal_id
