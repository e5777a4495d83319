-- What the bootstrap draws from: at the dates that get intervals, the people of each ordering's top, and how many
-- were ranked.
with ranked as (
    select
        counted.run_index,
        cast(sum(counted.people) as bigint) as n_ranked
    from {{ ref("int_ranked_counted") }} as counted
    group by counted.run_index
)

select
    members.run_index,
    dates.run_date,
    ranked.n_ranked,
    members.algorithm,
    members.nominal_id,
    members.rank,
    members.is_managed,
    members.is_at_liberty,
    cast(members.harm_days as double) as harm_days,
    members.offences
from {{ ref("int_challengers_followed") }} as members
inner join {{ ref("int_interval_dates") }} as dates on members.run_index = dates.run_index
inner join ranked on members.run_index = ranked.run_index
