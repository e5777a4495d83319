-- The first validity_top_n people of each ordering at each scheduled run date.
with positioned as (
    select
        scored.run_index,
        scored.nominal_id,
        scored.rank as hhpu,
        {{ challenger_position("scored.weighted_harm_days") }} as harm_only,
        {{ challenger_position("round(scored.risk_probability, " ~ parameter("score_decimals") ~ ")") }} as ogrs3,
        scored.tie_position as copas,
        {{ challenger_position("scored.recent_offences") }} as frequency,
        {{ challenger_position("scored.recency_frequency_gravity_points") }} as recency_frequency_gravity,
        {{ challenger_position("round(scored.ogrs4_probability, " ~ parameter("score_decimals") ~ ")") }} as ogrs4
    from {{ ref("int_challengers_scored") }} as scored
)

{% for algorithm in challengers() -%}
select
    positioned.run_index,
    '{{ algorithm }}' as algorithm,
    positioned.nominal_id,
    positioned.{{ algorithm }} as position
from positioned
where positioned.{{ algorithm }} <= {{ parameter("validity_top_n") }}
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
