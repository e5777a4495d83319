{#
    Rows of another source linked to a surviving nominal: by identifiers, else by the linkage model where identity is
    `model`. What stays unlinked is kept.
#}
{% macro linked_to_nominals(model, key, kind) -%}
-- depends_on: {{ ref("int_identity_record_links") }}
{% if identity_model() -%}
with named as (
    {{ named_exactly(model, key, "int_nominals_resolved", "int_pnc_ids_held") }}
)

select
    named.{{ key }},
    coalesce(named.nominal_id, links.nominal_id) as nominal_id,
    case when named.nominal_id is null and links.nominal_id is not null then 'model' else named.link_method end
        as link_method
from named
left join {{ ref("int_identity_record_links") }} as links
    on links.kind = '{{ kind }}' and named.{{ key }} = links.source_id
{%- else -%}
{{ named_exactly(model, key, "int_nominals_resolved", "int_pnc_ids_held") }}
{%- endif -%}
{%- endmacro %}
