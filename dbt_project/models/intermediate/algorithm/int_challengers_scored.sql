{{ config(materialized="view") }}

-- What each challenger goes by, for everybody ranked at a scheduled run date.
with bands as (
    {{ recency_frequency_gravity_bands() }}
),

frequent as (
    select
        recent.nominal_id,
        recent.run_index,
        recent.offences,
        bands.points
    from {{ ref("int_nominals_recent_offences") }} as recent
    inner join bands
        on bands.component = 'frequency' and recent.offences >= bands.at_least and recent.offences < bands.below
),

valued as (
    select
        people.run_index,
        people.nominal_id,
        people.rank,
        standings.tie_standing,
        standings.harm_standing,
        standings.ogrs3_standing,
        standings.gravity_points,
        people.probability as ogrs4_probability,
        coalesce(frequent.offences, 0) as recent_offences,
        coalesce(
            frequent.points,
            (
                select bands.points
                from bands
                where bands.component = 'frequency' and bands.at_least <= 0 and bands.below > 0
            )
        ) as frequency_points,
        {{ days_between("people.latest_offence_date", "people.run_date") }} as days_since_offence
    from {{ ref("int_nominals_scored_by_ogrs4") }} as people
    inner join {{ ref("int_challenger_standings") }} as standings on people.standing = standings.standing
    left join frequent on people.nominal_id = frequent.nominal_id and people.run_index = frequent.run_index
)

select
    valued.*,
    recency.points + valued.frequency_points + valued.gravity_points as recency_frequency_gravity_points
from valued
inner join bands as recency
    on
        recency.component = 'recency'
        and valued.days_since_offence >= recency.at_least
        and valued.days_since_offence < recency.below
