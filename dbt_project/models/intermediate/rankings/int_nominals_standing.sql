-- The scored stretches in the order of the ranking, all dates together. `standing` breaks every tie: the ranks of a run date
-- are the order of the standings that hold on it. It is the key of the stretch, and `standing_before` that of the person's
-- stretch that ended where this one begins.
with ordered as (
    select
        scored.*,
        row_number() over (
            order by
                {{ ranking_order("scored") }},
                scored.from_index asc
        ) as standing
    from {{ ref("int_nominals_scored") }} as scored
)

select
    ordered.*,
    case when lag(ordered.to_index) over person = ordered.from_index then lag(ordered.standing) over person end
        as standing_before
from ordered
window person as (partition by ordered.nominal_id order by ordered.from_index)
