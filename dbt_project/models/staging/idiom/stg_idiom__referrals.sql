-- A decision is known from its meeting date, else from the date of the referral; before that it is pending.
with current_rows as (
    {{ current_rows("idiom", "referrals", ["referral_id"]) }}
),

dated as (
    select
        current_rows.*,
        current_rows.decision in ('adopted', 'not_adopted')
        and coalesce(current_rows.meeting_date, current_rows.referred_date) > {{ as_at() }} as is_decided_later
    from current_rows
    where current_rows.referred_date <= {{ as_at() }}
)

select
    dated.referral_id,
    dated.nominal_id,
    dated.referred_date,
    dated.agency,
    dated.reason,
    dated.meeting_date,
    case when dated.is_decided_later then 'pending' else dated.decision end as decision,
    case when not dated.is_decided_later then dated.decision_reason end as decision_reason,
    dated.triage
from dated
