-- The scored stretches in the order of those challengers whose values stay throughout a stretch, all dates together.
-- `tie_standing` is the order that breaks every tie, that of the ranking without its score; the Copas rate comes first in it,
-- so it is the challenger `copas` as well. The points for the gravest offence stay throughout a stretch too.
with bands as (
    {{ recency_frequency_gravity_bands() }}
),

tied as (
    select
        stretches.standing,
        gravity.points as gravity_points,
        stretches.weighted_harm_days,
        stretches.risk_probability,
        row_number() over (
            order by
                round(stretches.copas_rate, {{ parameter("score_decimals") }}) desc nulls last,
                stretches.weighted_harm_days desc nulls last,
                stretches.latest_offence_date desc nulls last,
                stretches.nominal_id asc,
                stretches.from_index asc
        ) as tie_standing
    from {{ ref("int_nominals_standing") }} as stretches
    left join bands as gravity
        on
            gravity.component = 'gravity'
            and stretches.gravest_harm_days >= gravity.at_least
            and stretches.gravest_harm_days < gravity.below
)

select
    tied.standing,
    tied.tie_standing,
    tied.gravity_points,
    row_number() over (
        order by tied.weighted_harm_days desc nulls last, tied.tie_standing asc
    ) as harm_standing,
    row_number() over (
        order by round(tied.risk_probability, {{ parameter("score_decimals") }}) desc nulls last, tied.tie_standing asc
    ) as ogrs3_standing
from tied
