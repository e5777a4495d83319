-- Days inside, each once: overlapping and touching spells become one period [first_day, last_day], both ends in. A spell
-- covers its start up to the day before its end; one that has not ended covers as_at.
with days as (
    select
        resolved.survivor_id as nominal_id,
        custody.start_date as first_day,
        coalesce({{ days_after("custody.end_date", -1) }}, {{ as_at() }}) as last_day
    from {{ ref("stg_police_records__custody_spells") }} as custody
    inner join {{ ref("int_nominals_resolved") }} as resolved on custody.nominal_id = resolved.nominal_id
),

once as (
    {{ days_once("days", ["nominal_id"]) }}
)

select once.*
from once
