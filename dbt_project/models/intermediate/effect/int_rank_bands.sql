-- What people of each band of the ranking did in the year after, over all mature scheduled run dates together: the bands from
-- which the next people to manage are costed.
with mature as (
    select run_dates.run_index, run_dates.run_date
    from {{ ref("int_run_dates") }} as run_dates
    where
        run_dates.is_scheduled
        and {{ days_after("run_dates.run_date", parameter("follow_up_days")) }} <= {{ as_at() }}
),

banded as (
    select
        mature.run_date,
        ranked.nominal_id,
        cast(floor((ranked.rank - 1.0) / {{ parameter("band_size") }}) as integer) as band_index
    from {{ ref("int_nominals_ranked") }} as ranked
    inner join mature on ranked.run_index = mature.run_index
),

sizes as (
    select banded.band_index, count(*) as people, count(distinct banded.run_date) as run_dates
    from banded
    group by banded.band_index
),

followed as (
    select
        banded.band_index,
        count(*) as offences,
        sum(events.harm_days) as harm_days,
        sum(events.unit_cost_gbp) as cost_gbp
    from banded
    inner join {{ ref("int_offending_events") }} as events
        on
            banded.nominal_id = events.nominal_id
            and events.basis = 'recorded'
            and events.offence_date > banded.run_date
            and events.offence_date <= {{ days_after("banded.run_date", parameter("follow_up_days")) }}
    group by banded.band_index
)

select
    sizes.band_index,
    sizes.people,
    sizes.run_dates,
    coalesce(followed.offences, 0) as offences,
    coalesce(followed.harm_days, cast(0 as decimal(18, 4))) as harm_days,
    coalesce(followed.cost_gbp, cast(0 as decimal(18, 2))) as cost_gbp
from sizes
left join followed on sizes.band_index = followed.band_index
