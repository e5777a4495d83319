-- What people of each band of the ranking did in the year after, over all mature scheduled run dates together: the bands from
-- which the next people to manage are costed.
{%- set band_index = "cast(floor((ranked.rank - 1.0) / " ~ parameter("band_size") ~ ") as integer)" %}
with mature as (
    select
        run_dates.run_index
    from {{ ref("int_run_dates") }} as run_dates
    where run_dates.is_scheduled and {{ is_mature("run_dates.run_date") }}
),

people as (
    select
        {{ band_index }} as band_index,
        count(*) as people,
        count(distinct ranked.run_index) as run_dates
    from {{ ref("int_nominals_placed") }} as ranked
    inner join mature on ranked.run_index = mature.run_index
    group by {{ band_index }}
),

done as (
    select
        {{ band_index }} as band_index,
        sum(ranked.offences) as offences,
        sum(ranked.harm_days) as harm_days,
        sum(ranked.cost_gbp) as cost_gbp
    from {{ ref("int_ranked_active") }} as ranked
    inner join mature on ranked.run_index = mature.run_index
    group by {{ band_index }}
)

select
    people.band_index,
    people.people,
    people.run_dates,
    coalesce(done.offences, 0) as offences,
    coalesce(done.harm_days, 0) as harm_days,
    coalesce(done.cost_gbp, 0) as cost_gbp
from people
left join done on people.band_index = done.band_index
