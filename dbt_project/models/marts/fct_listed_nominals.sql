-- Whom the ranking page shows at as_at: the first of the list, and everybody on the meeting list.
select rankings.nominal_id
from {{ ref("fct_rankings") }} as rankings
where rankings.run_date = {{ as_at() }} and rankings.rank <= {{ parameter("explained_n") }}
union
select meeting.nominal_id
from {{ ref("fct_meeting_list") }} as meeting
where meeting.run_date = {{ as_at() }}
