-- People named in several sexual or domestic abuse offences that ended without further action.
select
    {{ as_at() }} as as_at,
    repeats.nominal_id,
    repeats.kind,
    repeats.offences,
    repeats.first_date,
    repeats.last_date,
    rankings.rank,
    coalesce(rankings.management_status, 'not_ranked') as management_status
from {{ ref("fct_repeat_nfa") }} as repeats
left join {{ ref("fct_rankings") }} as rankings
    on repeats.nominal_id = rankings.nominal_id and rankings.run_date = {{ as_at() }}
