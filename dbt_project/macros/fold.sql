{#
    The state of an entity after the deliveries in effect: per key the newest delivery wins, a `D` removes. What is in
    effect is one full delivery, which has each key once, and the deltas after it, which are few: only they are sorted,
    and the full one's rows are all those that no delta speaks of.
#}
{% macro current_rows(source_name, entity, key) -%}
    {%- if source_name in run_value("sources_with_deltas") -%}
    with deltas as (
        select
            bronze.*,
            row_number() over (
                partition by {{ key | join(", ") }}
                order by bronze._delivery_id desc
            ) as _recency
        from {{ source(source_name, entity) }} as bronze
        where bronze._change_type is not null
    )

    select
        bronze.*,
        1 as _recency
    from {{ source(source_name, entity) }} as bronze
    anti join deltas
        on {% for column in key %}bronze.{{ column }} = deltas.{{ column }}{{ " and " if not loop.last }}{% endfor %}
    where bronze._change_type is null
    union all
    select deltas.*
    from deltas
    where deltas._recency = 1 and deltas._change_type <> 'D'
    {%- else -%}
    select bronze.*
    from {{ source(source_name, entity) }} as bronze
    {%- endif -%}
{%- endmacro %}
