-- The first people of each ordering with what they did afterwards, and their place among those of their population
-- who are in it: the overall top, cut to the population.
with members as (
    select
        ordered.run_index,
        ordered.algorithm,
        ordered.position as rank,
        ordered.nominal_id,
        coalesce(active.is_managed, false) as is_managed,
        coalesce(active.is_at_liberty, true) as is_at_liberty,
        coalesce(active.harm_days, cast(0 as decimal(18, 4))) as harm_days,
        coalesce(active.offences, 0) as offences
    from {{ ref("int_challengers_ordered") }} as ordered
    left join {{ ref("int_ranked_active") }} as active
        on ordered.run_index = active.run_index and ordered.nominal_id = active.nominal_id
)

select
    members.*,
    row_number() over (
        partition by members.run_index, members.algorithm, members.is_managed order by members.rank asc
    ) as management_position,
    row_number() over (
        partition by members.run_index, members.algorithm, members.is_at_liberty order by members.rank asc
    ) as liberty_position
from members
