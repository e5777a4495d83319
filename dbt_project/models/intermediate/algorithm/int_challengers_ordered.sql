-- The first validity_top_n people of each ordering at each scheduled run date. Every key tells any two people of a date apart.
{%- set keys = {
    "hhpu": "scored.standing",
    "harm_only": "scored.harm_standing",
    "ogrs3": "scored.ogrs3_standing",
    "copas": "scored.tie_standing",
    "frequency": most_first("scored.recent_offences"),
    "recency_frequency_gravity": most_first("scored.recency_frequency_gravity_points"),
    "ogrs4": most_first("coalesce(round(round(scored.ogrs4_probability, 12) * 1e12), -1)", is_large=true),
} %}
with scored as (
    select challengers.* from {{ ref("int_challengers_scored") }} as challengers
)
{{ first_in_each_order("scored", keys, parameter("validity_top_n")) }}
