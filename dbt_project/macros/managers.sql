{# Whether a manager is in post at the end of a day. #}
{% macro in_post(managers, day) -%}
    ({{ managers }}.start_date <= {{ day }} and ({{ managers }}.end_date is null or {{ managers }}.end_date > {{ day }}))
{%- endmacro %}
