{{ config(materialized="view") }}

-- What each challenger goes by, for everybody ranked at a scheduled run date: the stretches laid out over their dates, with what
-- differs from date to date. OGRS4: offence-free months are whole months from the current sanction, or from the last release
-- where that is later; none inside.
with bands as (
    {{ recency_frequency_gravity_bands() }}
),

-- the run dates [from_index, to_index) on which a latest offence of a day earns the points of a band
recency as (
    select
        days.latest_offence_date,
        bands.points,
        min(run_dates.run_index) as from_index,
        max(run_dates.run_index) + 1 as to_index
    from (
        select distinct standings.latest_offence_date from {{ ref("int_challenger_standings") }} as standings
    ) as days
    cross join {{ ref("int_run_dates") }} as run_dates
    inner join bands
        on
            bands.component = 'recency'
            and {{ days_between("days.latest_offence_date", "run_dates.run_date") }} >= bands.at_least
            and {{ days_between("days.latest_offence_date", "run_dates.run_date") }} < bands.below
    group by days.latest_offence_date, bands.at_least, bands.points
),

dated as (
    select
        standings.nominal_id,
        standings.standing,
        standings.tie_standing,
        standings.harm_standing,
        standings.ogrs3_standing,
        standings.sanction_date,
        standings.record_term,
        stretches.released_date,
        stretches.recent_offences,
        recency.points + frequency.points + standings.gravity_points as recency_frequency_gravity_points,
        factors.offence_free_months,
        factors.offence_free_months_quadratic,
        factors.offence_free_months_cubic,
        factors.offence_free_months_quartic,
        {{ each_number(
            "greatest(stretches.from_index, recency.from_index)", "least(stretches.to_index, recency.to_index)"
        ) }} as run_index
    from {{ ref("int_challenger_stretches") }} as stretches
    inner join {{ ref("int_challenger_standings") }} as standings on stretches.standing = standings.standing
    inner join bands as frequency
        on
            frequency.component = 'frequency'
            and stretches.recent_offences >= frequency.at_least
            and stretches.recent_offences < frequency.below
    inner join recency
        on
            standings.latest_offence_date = recency.latest_offence_date
            and stretches.from_index < recency.to_index
            and stretches.to_index > recency.from_index
    left join {{ ref("int_ogrs4_coefficients_by_sex") }} as factors on standings.sex = factors.sex
),

-- somebody inside is counted as let out on the run date, somebody never inside with the sanction
freed as (
    select
        dated.*,
        run_dates.run_date,
        case
            when dated.released_date > run_dates.run_date then run_dates.run_date
            else coalesce(dated.released_date, dated.sanction_date)
        end as last_out
    from dated
    inner join {{ ref("int_run_dates") }} as run_dates
        on dated.run_index = run_dates.run_index and run_dates.is_scheduled
),

measured as (
    select
        freed.*,
        case
            when freed.sanction_date is not null
                then cast(
                    least(
                        {{ months_between("greatest(freed.sanction_date, freed.last_out)", "freed.run_date") }},
                        {{ parameter("ogrs4_offence_free_months_cap") }}
                    ) as double
                )
        end as free_months
    from freed
)

select
    measured.run_index,
    measured.nominal_id,
    measured.standing,
    measured.tie_standing,
    measured.harm_standing,
    measured.ogrs3_standing,
    measured.recent_offences,
    measured.free_months,
    measured.recency_frequency_gravity_points,
    {{ ogrs4_probability("measured", "measured.record_term", "measured.free_months") }} as ogrs4_probability
from measured
