-- A person's counted record changes only when an offence is recorded, cancelled or cleared: one row per person and
-- stretch of run dates [from_index, to_index) on which it is the same. Far fewer rows than person x run date.
with change_points as (
    select links.nominal_id, links.from_index as run_index from {{ ref("int_offence_links_indexed") }} as links
    union
    select links.nominal_id, links.to_index as run_index from {{ ref("int_offence_links_indexed") }} as links
),

stretches as (
    select
        change_points.nominal_id,
        change_points.run_index as from_index,
        lead(change_points.run_index) over (
            partition by change_points.nominal_id order by change_points.run_index
        ) as to_index
    from change_points
),

states as (
    select
        stretches.nominal_id,
        stretches.from_index,
        stretches.to_index,
        sum(links.harm_days) as harm_days,
        sum(links.weighted_harm_days) as weighted_harm_days,
        count(*) as offence_count,
        sum(case when links.is_high_harm then 1 else 0 end) as high_harm_count,
        max(links.offence_date) as latest_offence_date,
        count(distinct case when links.is_sanction then links.recorded_date end) as sanctions,
        min(case when links.is_sanction then links.recorded_date end) as first_sanction_date,
        max(case when links.is_sanction then links.recorded_date end) as current_sanction_date,
        min(case when links.is_sanction then links.sanction_order end) as current_sanction_order
    from stretches
    inner join {{ ref("int_offence_links_indexed") }} as links
        on
            stretches.nominal_id = links.nominal_id
            and stretches.from_index >= links.from_index
            and stretches.from_index < links.to_index
    where stretches.to_index is not null
    group by stretches.nominal_id, stretches.from_index, stretches.to_index
)

select
    states.nominal_id,
    states.from_index,
    states.to_index,
    cast(states.harm_days as decimal(18, 4)) as harm_days,
    cast(states.weighted_harm_days as decimal(18, 4)) as weighted_harm_days,
    states.offence_count,
    cast(states.high_harm_count as bigint) as high_harm_count,
    states.latest_offence_date,
    states.sanctions,
    states.first_sanction_date,
    states.current_sanction_date,
    current_link.ogrs3_group
from states
left join {{ ref("int_offence_links_indexed") }} as current_link
    on
        states.nominal_id = current_link.nominal_id
        and states.current_sanction_order = current_link.sanction_order
