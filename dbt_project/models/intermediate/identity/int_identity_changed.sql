-- Whose person is another now than in each list as published for its own date: merged since, split since, or moved from
-- one person to another. Lists of which it was not kept who was one person are left out.
with lists as (
    select distinct
        published.published_as_at as run_date,
        published.release_id
    from {{ ref("stg_history__identity") }} as published
),

before as (
    select
        published.published_as_at as run_date,
        published.release_id,
        published.nominal_id,
        published.survivor_id
    from {{ ref("stg_history__identity") }} as published
    where published.nominal_id is not null
),

merged_now as (
    select
        lists.run_date,
        lists.release_id,
        resolved.nominal_id,
        resolved.survivor_id
    from lists
    cross join {{ ref("int_nominals_resolved") }} as resolved
    where resolved.is_merged
)

select
    coalesce(before.run_date, merged_now.run_date) as run_date,
    coalesce(before.release_id, merged_now.release_id) as release_id,
    coalesce(before.nominal_id, merged_now.nominal_id) as nominal_id,
    before.survivor_id as survivor_before,
    merged_now.survivor_id as survivor_now,
    case
        when before.nominal_id is null then 'merged'
        when merged_now.nominal_id is null then 'split'
        else 'moved'
    end as change
from before
full outer join merged_now
    on
        before.run_date = merged_now.run_date
        and before.release_id = merged_now.release_id
        and before.nominal_id = merged_now.nominal_id
where before.nominal_id is null or merged_now.nominal_id is null or before.survivor_id <> merged_now.survivor_id
