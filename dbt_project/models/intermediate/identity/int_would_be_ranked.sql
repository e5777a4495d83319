-- The ranking at as_at as it would be if people were joined as the linkage model holds: they in the place of their
-- parts, everybody else with the score that they have.
with last_date as (
    select max(run_dates.run_index) as run_index from {{ ref("int_run_dates") }} as run_dates
),

everybody as (
    select
        ranked.nominal_id,
        ranked.score,
        ranked.copas_rate,
        ranked.weighted_harm_days,
        ranked.latest_offence_date
    from {{ ref("int_nominals_ranked") }} as ranked
    inner join last_date on ranked.run_index = last_date.run_index
    left join {{ ref("int_identity_people") }} as people on ranked.nominal_id = people.nominal_id
    where people.nominal_id is null
    union all
    select
        joined.nominal_id,
        joined.score,
        joined.copas_rate,
        joined.weighted_harm_days,
        joined.latest_offence_date
    from {{ ref("int_would_be_scored") }} as joined
    inner join last_date on joined.run_index = last_date.run_index
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
