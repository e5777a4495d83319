-- The first people of each ordering with what they did afterwards, and their place among those of their population
-- who are in it: the overall top, cut to the population.
with members as (
    select
        ordered.run_index,
        ordered.algorithm,
        ordered.position as rank,
        followed.nominal_id,
        followed.is_managed,
        followed.is_at_liberty,
        followed.harm_days,
        followed.offences
    from {{ ref("int_challengers_ordered") }} as ordered
    inner join {{ ref("int_ranked_followed") }} as followed
        on ordered.run_index = followed.run_index and ordered.nominal_id = followed.nominal_id
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
