select
    referrals.referral_id,
    resolved.survivor_id as nominal_id,
    referrals.referred_date,
    referrals.agency,
    referrals.reason,
    referrals.meeting_date,
    referrals.decision,
    referrals.decision_reason,
    referrals.triage
from {{ ref("stg_idiom__referrals") }} as referrals
left join {{ ref("int_nominals_resolved") }} as resolved on referrals.nominal_id = resolved.nominal_id
