-- Days in each cohort (and in any: `all`), each once: overlapping and touching spells of a person become one period
-- [first_day, last_day], both ends in. A spell is open from its start to the day before its end. Death ends a period the
-- day before.
with spells as (
    select spells.nominal_id, spells.cohort, spells.adopted_date, spells.deselected_date
    from {{ ref("int_management_spells") }} as spells
    union all
    select spells.nominal_id, 'all' as cohort, spells.adopted_date, spells.deselected_date
    from {{ ref("int_management_spells") }} as spells
),

days as (
    select
        spells.nominal_id,
        spells.cohort,
        greatest(spells.adopted_date, cast({{ parameter("coverage_start_police_records") }} as date)) as first_day,
        least(
            coalesce({{ days_after("spells.deselected_date", -1) }}, {{ as_at() }}),
            coalesce({{ days_after("nominals.deceased_date", -1) }}, {{ as_at() }})
        ) as last_day
    from spells
    inner join {{ ref("int_nominals_survived") }} as nominals on spells.nominal_id = nominals.nominal_id
),

once as (
    {{ days_once("days", ["nominal_id", "cohort"]) }}
)

select once.*
from once
