select
    {{ as_at() }} as as_at,
    meeting.run_date,
    meeting.nominal_id,
    meeting.rank,
    meeting.reason,
    meeting.is_urgent,
    meeting.urgent_reason
from {{ ref("fct_meeting_list") }} as meeting
