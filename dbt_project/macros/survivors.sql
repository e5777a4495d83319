{#
    Who survives a chain of merges: pointer doubling over the merged nominals only. Each pass doubles the
    distance looked ahead, so 12 passes follow chains of 4,096; a test asserts that none is longer.
#}
{% macro survivors() -%}{{ return(adapter.dispatch("survivors")()) }}{%- endmacro %}

{% macro default__survivors() -%}
{%- set passes = 12 -%}
with pass_0 as (
    select
        nominals.nominal_id,
        nominals.merged_into as target_id
    from {{ ref("stg_police_records__nominals") }} as nominals
    where nominals.merged_into is not null
)

{%- for pass in range(1, passes + 1) %},

pass_{{ pass }} as (
    select
        near.nominal_id,
        coalesce(far.target_id, near.target_id) as target_id
    from pass_{{ pass - 1 }} as near
    left join pass_{{ pass - 1 }} as far on near.target_id = far.nominal_id
)
{%- endfor %}

select
    pass_{{ passes }}.nominal_id,
    pass_{{ passes }}.target_id as survivor_id
from pass_{{ passes }}
{%- endmacro %}

{# Spark computes a CTE as often as it is named, which for twelve passes is 4,096 times: it follows the chains step by step. #}
{% macro spark__survivors() -%}
with recursive merged as (
    select
        nominals.nominal_id,
        nominals.merged_into
    from {{ ref("stg_police_records__nominals") }} as nominals
    where nominals.merged_into is not null
),

chains as (
    select
        merged.nominal_id,
        merged.merged_into as target_id,
        1 as steps
    from merged
    union all
    select
        chains.nominal_id,
        merged.merged_into as target_id,
        chains.steps + 1 as steps
    from chains
    inner join merged on chains.target_id = merged.nominal_id
)

select
    chains.nominal_id,
    max_by(chains.target_id, chains.steps) as survivor_id
from chains
group by chains.nominal_id
{%- endmacro %}
