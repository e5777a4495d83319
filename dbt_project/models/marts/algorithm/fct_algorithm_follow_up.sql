-- Whoever was ranked at a scheduled run date and offended in the days after it: what they did, as known at as_at.
select
    {{ as_at() }} as as_at,
    followed.run_date,
    followed.nominal_id,
    followed.rank,
    followed.harm_days,
    followed.offences,
    {{ is_mature("followed.run_date") }} as is_mature
from {{ ref("int_ranked_active") }} as followed
where followed.offences > 0
