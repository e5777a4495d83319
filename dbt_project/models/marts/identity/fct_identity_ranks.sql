-- Whom the linkage model would move across the edge of the Top N at as_at, and every person whom it makes of several.
with last_date as (
    select max(run_dates.run_index) as run_index from {{ ref("int_run_dates") }} as run_dates
),

ranked as (
    select
        ranked.nominal_id,
        ranked.rank,
        ranked.weighted_harm_days
    from {{ ref("int_nominals_ranked") }} as ranked
    inner join last_date on ranked.run_index = last_date.run_index
),

members as (
    select
        people.survivor_id as nominal_id,
        count(*) as records,
        min(people.probability) as lowest_probability,
        min(ranked.rank) as rank,
        max(ranked.weighted_harm_days) as weighted_harm_days
    from {{ ref("int_identity_people") }} as people
    left join ranked on people.nominal_id = ranked.nominal_id
    group by people.survivor_id
),

apart as (
    select people.nominal_id
    from {{ ref("int_identity_people") }} as people
    where people.nominal_id <> people.survivor_id
),

compared as (
    select
        coalesce(would_be.nominal_id, members.nominal_id, ranked.nominal_id) as nominal_id,
        coalesce(members.records, 1) as records,
        members.lowest_probability,
        case when members.nominal_id is not null then members.rank else ranked.rank end as rank,
        would_be.rank as rank_by_model,
        case when members.nominal_id is not null then members.weighted_harm_days else ranked.weighted_harm_days end
            as weighted_harm_days,
        would_be.weighted_harm_days as weighted_harm_days_by_model
    from ranked
    full outer join {{ ref("int_would_be_ranked") }} as would_be on ranked.nominal_id = would_be.nominal_id
    full outer join members on coalesce(would_be.nominal_id, ranked.nominal_id) = members.nominal_id
    left join apart on ranked.nominal_id = apart.nominal_id
    where apart.nominal_id is null
),

edges as (
    select
        compared.*,
        coalesce(compared.rank <= {{ parameter("top_n") }}, false) as is_top_n,
        coalesce(compared.rank_by_model <= {{ parameter("top_n") }}, false) as is_top_n_by_model
    from compared
)

select
    edges.nominal_id,
    cast(edges.records as bigint) as records,
    edges.lowest_probability,
    cast(edges.rank as bigint) as rank,
    cast(edges.rank_by_model as bigint) as rank_by_model,
    edges.weighted_harm_days,
    edges.weighted_harm_days_by_model,
    edges.is_top_n,
    edges.is_top_n_by_model
from edges
where edges.records > 1 or edges.is_top_n <> edges.is_top_n_by_model
