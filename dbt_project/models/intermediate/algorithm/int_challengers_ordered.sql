-- The first validity_top_n people of each ordering at each scheduled run date. Each is a window of its own over one key, with a
-- filter on it: DuckDB then keeps the first of each date as it reads, and sorts nobody.
{%- set keys = {
    "hhpu": "scored.rank",
    "harm_only": "scored.harm_standing",
    "ogrs3": "scored.ogrs3_standing",
    "copas": "scored.tie_standing",
    "frequency": most_first("scored.recent_offences"),
    "recency_frequency_gravity": most_first("scored.recency_frequency_gravity_points"),
    "ogrs4": most_first("round(round(scored.ogrs4_probability, 12) * 1e12)"),
} %}
with scored as (
    select challengers.* from {{ ref("int_challengers_scored") }} as challengers
)

{% for algorithm, key in keys.items() -%}
select
    places.run_index,
    '{{ algorithm }}' as algorithm,
    places.nominal_id,
    places.position
from (
    select
        scored.run_index,
        scored.nominal_id,
        row_number() over (partition by scored.run_index order by {{ key }} asc nulls last) as position
    from scored
) as places
where places.position <= {{ parameter("validity_top_n") }}
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
