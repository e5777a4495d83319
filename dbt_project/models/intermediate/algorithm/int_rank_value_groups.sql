{{ config(materialized="view") }}

-- People of one ordering, population and follow-up figure who have the same value of it: how many they are, and the
-- sum of their places. From these a rank correlation with ties follows exactly, in whole numbers. top_n 0 stands for
-- everybody ranked: of them, most did nothing afterwards, and take the places 1..n that the others leave.
with samples as (
    select
        ranked.run_index,
        'hhpu' as algorithm,
        0 as top_n,
        ranked.rank,
        ranked.management_position,
        ranked.liberty_position,
        ranked.is_managed,
        ranked.is_at_liberty,
        ranked.harm_days,
        ranked.offences
    from {{ ref("int_rank_positions") }} as ranked
    union all
    select
        members.run_index,
        members.algorithm,
        {{ parameter("validity_top_n") }} as top_n,
        members.rank,
        members.management_position,
        members.liberty_position,
        members.is_managed,
        members.is_at_liberty,
        members.harm_days,
        members.offences
    from {{ ref("int_challengers_followed") }} as members
),

everybody as (
    select
        counted.run_index
        {%- for population in populations() %},
        sum(case when {{ is_in_population(population, "counted") }} then counted.people else 0 end) as people_{{ population }}
        {%- endfor %}
    from {{ ref("int_ranked_counted") }} as counted
    group by counted.run_index
)
{%- for outcome, value in (("harm", "harm_days"), ("offences", "offences")) %},

grouped_{{ outcome }} as (
    select
        samples.run_index,
        samples.algorithm,
        samples.top_n,
        {%- for population in populations() %}
        sum(case when {{ is_in_population(population, "samples") }} then 1 else 0 end) as people_{{ population }},
        sum(
            case
                when {{ is_in_population(population, "samples") }} then {{ population_position(population, "samples") }}
                else 0
            end
        ) as positions_{{ population }},
        {%- endfor %}
        samples.{{ value }} as value
    from samples
    where samples.top_n > 0 or samples.{{ value }} > 0
    group by samples.run_index, samples.algorithm, samples.top_n, samples.{{ value }}
),

by_{{ outcome }} as (
    select * from grouped_{{ outcome }}
    union all
    select
        everybody.run_index,
        'hhpu' as algorithm,
        0 as top_n,
        {%- for population in populations() %}
        max(everybody.people_{{ population }}) - coalesce(sum(active.people_{{ population }}), 0) as people_{{ population }},
        max(everybody.people_{{ population }}) * (max(everybody.people_{{ population }}) + 1) / 2
        - coalesce(sum(active.positions_{{ population }}), 0) as positions_{{ population }},
        {%- endfor %}
        0 as value
    from everybody
    left join grouped_{{ outcome }} as active on everybody.run_index = active.run_index and active.top_n = 0
    group by everybody.run_index
)
{%- endfor %}

{% for outcome in ("harm", "offences") -%}
{% set outer = loop -%}
{% for population in populations() -%}
select
    by_{{ outcome }}.run_index,
    by_{{ outcome }}.algorithm,
    by_{{ outcome }}.top_n,
    '{{ population }}' as population,
    '{{ outcome }}' as outcome,
    cast(by_{{ outcome }}.value as decimal(18, 4)) as value,
    cast(by_{{ outcome }}.people_{{ population }} as bigint) as people,
    cast(by_{{ outcome }}.positions_{{ population }} as bigint) as position_sum
from by_{{ outcome }}
where by_{{ outcome }}.people_{{ population }} > 0
{% if not (loop.last and outer.last) -%}
union all
{% endif -%}
{% endfor -%}
{% endfor -%}
