{{ config(materialized="view") }}

-- What each challenger goes by, for everybody ranked at a scheduled run date.
with points as (
    select
        bands.component,
        cast(bands.at_least as double) as at_least,
        cast(coalesce(bands.below, 1e12) as double) as below,
        bands.points
    from {{ ref("recency_frequency_gravity") }} as bands
),

valued as (
    select
        people.run_index,
        people.nominal_id,
        people.rank,
        standings.tie_standing,
        standings.harm_standing,
        standings.ogrs3_standing,
        people.probability as ogrs4_probability,
        coalesce(recent.offences, 0) as recent_offences,
        {{ days_between("people.latest_offence_date", "people.run_date") }} as days_since_offence,
        gravest.harm_days as gravest_harm_days
    from {{ ref("int_nominals_scored_by_ogrs4") }} as people
    inner join {{ ref("int_challenger_standings") }} as standings on people.standing = standings.standing
    left join {{ ref("int_nominals_recent_offences") }} as recent
        on people.nominal_id = recent.nominal_id and people.run_index = recent.run_index
    left join {{ ref("int_nominals_gravest_offences") }} as gravest
        on
            people.nominal_id = gravest.nominal_id
            and people.run_index >= gravest.from_index
            and people.run_index < gravest.to_index
)

select
    valued.*,
    recency.points + frequency.points + gravity.points as recency_frequency_gravity_points
from valued
inner join points as recency
    on
        recency.component = 'recency'
        and valued.days_since_offence >= recency.at_least
        and valued.days_since_offence < recency.below
inner join points as frequency
    on
        frequency.component = 'frequency'
        and valued.recent_offences >= frequency.at_least
        and valued.recent_offences < frequency.below
inner join points as gravity
    on
        gravity.component = 'gravity'
        and valued.gravest_harm_days >= gravity.at_least
        and valued.gravest_harm_days < gravity.below
