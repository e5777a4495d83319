-- Stretches of days on which a linked person was managed, each day once: overlapping and touching spells and
-- registrations become one [first_day, last_day], both ends in, cut at as_at. A period covers its start up to the day
-- before its end; a registration without a start is open since ever. Death ends every stretch the day before.
with days as (
    select
        periods.nominal_id,
        coalesce(periods.start_date, date '1900-01-01') as first_day,
        least(
            coalesce({{ days_after("periods.end_date", -1) }}, {{ as_at() }}),
            coalesce({{ days_after("nominals.deceased_date", -1) }}, {{ as_at() }}),
            {{ as_at() }}
        ) as last_day
    from {{ ref("int_periods_managed") }} as periods
    inner join {{ ref("int_nominals_survived") }} as nominals on periods.nominal_id = nominals.nominal_id
),

once as (
    {{ days_once("days", ["nominal_id"]) }}
)

select once.*
from once
