-- depends_on: {{ ref("int_nominals_sanction_days") }} (on the formal basis, which a project is parsed without)
-- Why somebody stands elsewhere than at the run date before, of the moves that are explained: a few hundred of a date.
-- `parameters` and `identity` come first in the contract's order, but cannot move a rank within one build: a release has one
-- algorithm version and one state of merges, at all its run dates. Moves against the list as published before that a merge or
-- a split explains: rpt_ranking__list.
with moved as (
    select
        placed.run_index,
        placed.rank,
        now_standing.nominal_id,
        now_standing.age_sex_term <> before.age_sex_term as has_aged
    from {{ ref("int_nominals_placed") }} as placed
    inner join {{ ref("int_nominals_standing") }} as now_standing on placed.standing = now_standing.standing
    left join {{ ref("int_nominals_standing") }} as before on placed.standing_before = before.standing
    where
        abs(placed.rank - placed.previous_rank) > {{ parameter("movement_min_places") }}
        and least(placed.rank, placed.previous_rank) <= {{ parameter("movement_within_rank") }}
),

changes as (
    select links.nominal_id, links.from_index as run_index, 'new_offence' as change
    from {{ ref("int_offence_links_indexed") }} as links
    union all
    select links.nominal_id, links.to_index as run_index, 'offence_cancelled' as change
    from {{ ref("int_offence_links_indexed") }} as links
    {%- if risk_basis() == "formal" %}
    union all
    select days.nominal_id, days.from_index as run_index, 'new_sanction' as change
    from {{ ref("int_nominals_sanction_days") }} as days
    {%- endif %}
),

changed as (
    select
        moved.run_index,
        moved.rank,
        {%- for change in ("offence_cancelled", "new_offence", "new_sanction") %}
        max(case when changes.change = '{{ change }}' then 1 else 0 end) = 1 as has_{{ change }}{{ "," if not loop.last }}
        {%- endfor %}
    from moved
    inner join changes on moved.nominal_id = changes.nominal_id and moved.run_index = changes.run_index
    group by moved.run_index, moved.rank
)

select
    moved.run_index,
    moved.rank,
    case
        when changed.has_offence_cancelled then 'offence_cancelled'
        when changed.has_new_offence then 'new_offence'
        when changed.has_new_sanction then 'new_sanction'
        when moved.has_aged then 'ageing'
        else 'others_moved'
    end as movement_reason
from moved
left join changed on moved.run_index = changed.run_index and moved.rank = changed.rank
