-- The ranking at as_at as it would be if people were joined as the linkage model holds: they in the place of their
-- parts, everybody else with the score that they have.
with last_date as (
    select max(run_dates.run_index) as run_index from {{ ref("int_run_dates") }} as run_dates
),

everybody as (
    select
        scored.nominal_id,
        scored.score,
        scored.copas_rate,
        scored.weighted_harm_days,
        scored.latest_offence_date
    from {{ ref("int_nominals_standing") }} as scored
    inner join last_date on scored.from_index <= last_date.run_index and scored.to_index > last_date.run_index
    left join {{ ref("int_identity_people") }} as people on scored.nominal_id = people.nominal_id
    where people.nominal_id is null
    union all
    select
        joined.nominal_id,
        joined.score,
        joined.copas_rate,
        joined.weighted_harm_days,
        joined.latest_offence_date
    from {{ ref("int_would_be_scored") }} as joined
    inner join last_date on joined.from_index <= last_date.run_index and joined.to_index > last_date.run_index
)

select
    everybody.nominal_id,
    everybody.score,
    everybody.weighted_harm_days,
    row_number() over (
        order by
            {{ ranking_order("everybody") }}
    ) as rank
from everybody
