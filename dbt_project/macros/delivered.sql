{#
    Whether anything was delivered by one of the sources. A count over a source that never came is not known: it is no
    nought. One that came with nobody in it is nought.
#}
{% macro delivered(deliveries) -%}
    (
        select count(*) > 0
        from {{ deliveries }} as came
        where came.is_in_effect and came.source in ('{{ varargs | join("', '") }}')
    )
{%- endmacro %}

{# Who is managed is known from cohort spells or from the register; one that never came only leaves people out. #}
{% macro management_delivered(deliveries) -%}
    {{ delivered(deliveries, "idiom", "visor_summary") }}
{%- endmacro %}
