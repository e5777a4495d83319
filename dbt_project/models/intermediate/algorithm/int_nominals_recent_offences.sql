-- Counted offences of a person in the days (d - challenger_frequency_days, d], as known at each run date d. Those
-- without one have no row.
with leaving as (
    select
        days.offence_date,
        coalesce(
            min(run_dates.run_index),
            (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date)
        ) as run_index
    from (select distinct links.offence_date from {{ ref("int_offence_links_indexed") }} as links) as days
    left join {{ ref("int_run_dates") }} as run_dates
        on
            run_dates.run_date
            >= {{ days_after("days.offence_date", parameter("challenger_frequency_days")) }}
    group by days.offence_date
),

recent as (
    select
        links.nominal_id,
        links.from_index,
        least(links.to_index, leaving.run_index) as to_index,
        count(*) as offences
    from {{ ref("int_offence_links_indexed") }} as links
    inner join leaving on links.offence_date = leaving.offence_date
    where links.from_index < leaving.run_index
    group by links.nominal_id, links.from_index, least(links.to_index, leaving.run_index)
)

select
    recent.nominal_id,
    run_dates.run_index,
    cast(sum(recent.offences) as bigint) as offences
from recent
inner join {{ ref("int_run_dates") }} as run_dates
    on recent.from_index <= run_dates.run_index and recent.to_index > run_dates.run_index
group by recent.nominal_id, run_dates.run_index
