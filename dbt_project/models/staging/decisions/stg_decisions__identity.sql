-- What reviewers have decided on cases of identity, as far as it is this run's business: decided on or before its date.
select
    decisions.kind,
    decisions.record_id as left_id,
    decisions.nominal_id as right_id,
    decisions.decision,
    decisions.decided_by,
    decisions.decided_on
from {{ source("decisions", "identity") }} as decisions
where decisions.decided_on <= {{ as_at() }}
