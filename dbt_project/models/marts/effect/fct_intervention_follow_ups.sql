select
    {{ as_at() }} as as_at,
    follow_ups.intervention_id,
    cast(follow_ups.months as bigint) as months,
    follow_ups.intervention,
    follow_ups.nominal_id,
    follow_ups.intervention_date,
    follow_ups.completed_date,
    follow_ups.until_date,
    follow_ups.has_reoffended,
    follow_ups.has_offended_before
from {{ ref("int_intervention_follow_ups") }} as follow_ups
