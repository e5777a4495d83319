-- The scored stretches in the order of those challengers whose values stay throughout a stretch, all dates together.
-- `tie_standing` is the order that breaks every tie, that of the ranking without its score; the Copas rate comes first in it,
-- so it is the challenger `copas` as well. The points for the gravest offence stay throughout a stretch too, and what OGRS4
-- makes of the record.
with bands as (
    {{ recency_frequency_gravity_bands() }}
),

tied as (
    select
        stretches.standing,
        stretches.nominal_id,
        stretches.latest_offence_date,
        stretches.sex,
        records.sanction_date,
        records.record_term,
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
    inner join {{ ref("int_nominals_ogrs4_records") }} as records on stretches.standing = records.standing
    left join bands as gravity
        on
            gravity.component = 'gravity'
            and stretches.gravest_harm_days >= gravity.at_least
            and stretches.gravest_harm_days < gravity.below
)

select
    tied.standing,
    tied.nominal_id,
    tied.latest_offence_date,
    tied.sex,
    tied.sanction_date,
    tied.record_term,
    tied.gravity_points,
    tied.tie_standing,
    row_number() over (
        order by tied.weighted_harm_days desc nulls last, tied.tie_standing asc
    ) as harm_standing,
    row_number() over (
        order by round(tied.risk_probability, {{ parameter("score_decimals") }}) desc nulls last, tied.tie_standing asc
    ) as ogrs3_standing
from tied
