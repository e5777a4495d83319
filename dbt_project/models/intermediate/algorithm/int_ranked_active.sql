-- Whoever was ranked at a scheduled run date and offended in its follow-up, was managed or was inside: few of everybody ranked.
-- The others were at liberty, were not managed and did nothing, and are counted by difference.
with marked as (
    select
        followed.run_index,
        followed.nominal_id,
        followed.harm_days,
        followed.cost_gbp,
        followed.offences,
        false as is_managed,
        false as is_inside
    from {{ ref("int_nominals_followed") }} as followed
    union all
    select
        circumstances.run_index,
        circumstances.nominal_id,
        0 as harm_days,
        0 as cost_gbp,
        0 as offences,
        coalesce(circumstances.management_status = 'managed', false) as is_managed,
        circumstances.in_custody as is_inside
    from {{ ref("int_ranked_circumstances") }} as circumstances
    where circumstances.management_status = 'managed' or circumstances.in_custody
),

marks as (
    select
        marked.run_index,
        marked.nominal_id,
        cast(sum(marked.harm_days) as decimal(18, 4)) as harm_days,
        cast(sum(marked.cost_gbp) as decimal(18, 2)) as cost_gbp,
        cast(sum(marked.offences) as bigint) as offences,
        bool_or(marked.is_managed) as is_managed,
        not bool_or(marked.is_inside) as is_at_liberty
    from marked
    group by marked.run_index, marked.nominal_id
)

select
    people.run_index,
    people.run_date,
    people.nominal_id,
    people.rank,
    marks.is_managed,
    marks.is_at_liberty,
    marks.harm_days,
    marks.cost_gbp,
    marks.offences
from {{ ref("int_nominals_ranked") }} as people
inner join marks on people.nominal_id = marks.nominal_id and people.run_index = marks.run_index
inner join {{ ref("int_run_dates") }} as run_dates
    on people.run_index = run_dates.run_index and run_dates.is_scheduled
