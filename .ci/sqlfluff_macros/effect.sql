{# Macros that return lists or look into the parameters, in words that the linter can read. #}
{% macro effect_windows() -%}6{%- endmacro %}
{% macro comparator_units() -%}60{%- endmacro %}
{% macro normal_quantile() -%}1.96{%- endmacro %}
{% macro wilson_limit(hits, n, side) -%}cast({{ hits }} as double) / {{ n }}{%- endmacro %}
