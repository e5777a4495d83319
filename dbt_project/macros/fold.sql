{#
    The state of an entity after the deliveries in effect: per key the newest delivery wins, a `D` removes.
    Where only one full delivery is in effect there is nothing to fold, and nothing is sorted.
#}
{% macro current_rows(source_name, entity, key) -%}
    {%- if source_name in run_value("sources_with_deltas") -%}
    select *
    from (
        select
            bronze.*,
            row_number() over (
                partition by {{ key | join(", ") }}
                order by bronze._delivery_id desc
            ) as _recency
        from {{ source(source_name, entity) }} as bronze
    ) as folded
    where folded._recency = 1 and (folded._change_type is null or folded._change_type <> 'D')
    {%- else -%}
    select bronze.*
    from {{ source(source_name, entity) }} as bronze
    {%- endif -%}
{%- endmacro %}
