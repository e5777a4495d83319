{#
    Who survives a chain of merges: pointer doubling over the merged nominals only. Each pass doubles the
    distance looked ahead, so 12 passes follow chains of 4,096; a test asserts that none is longer.
#}
{% macro survivors(passes=12) -%}
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
