-- Whoever was considered, managed or inside at a run date at which they were ranked, by the rank: few of everybody ranked.
with marked as (
    select
        management.nominal_id,
        management.run_index,
        management.management_status,
        0 as inside
    from {{ ref("int_management_by_run_date") }} as management
    union all
    select
        custody.nominal_id,
        custody.run_index,
        null as management_status,
        1 as inside
    from {{ ref("int_custody_by_run_date") }} as custody
),

marks as (
    select
        marked.nominal_id,
        marked.run_index,
        max(marked.management_status) as management_status,
        max(marked.inside) = 1 as in_custody
    from marked
    group by marked.nominal_id, marked.run_index
)

select
    people.run_index,
    people.rank,
    people.nominal_id,
    marks.management_status,
    marks.in_custody
from {{ ref("int_nominals_ranked") }} as people
inner join marks on people.nominal_id = marks.nominal_id and people.run_index = marks.run_index
