{# Schemas are named by their layer, not prefixed by the target's: published names are fixed by contract. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
