{#
    Rows of another source linked to a surviving nominal: by nominal_id (one that nobody holds is treated as
    absent), else by a PNC id that exactly one surviving nominal holds. What stays unlinked is kept.
#}
{% macro linked_to_nominals(model, key) -%}
select
    records.{{ key }},
    coalesce(by_id.survivor_id, by_pnc_id.nominal_id) as nominal_id,
    case
        when by_id.survivor_id is not null then 'nominal_id'
        when by_pnc_id.nominal_id is not null then 'pnc_id'
        else 'unlinked'
    end as link_method
from {{ ref(model) }} as records
left join {{ ref("int_nominals_resolved") }} as by_id on records.nominal_id = by_id.nominal_id
left join {{ ref("int_pnc_ids_held") }} as by_pnc_id on records.pnc_id = by_pnc_id.pnc_id
{%- endmacro %}
