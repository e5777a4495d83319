{# For the linter only, which knows no variables of a run: every parameter is a number. #}
{% macro parameter(name) -%}1{%- endmacro %}
{% macro decimal_parameter(name, type="decimal(9, 4)") -%}cast(1 as {{ type }}){%- endmacro %}
{# dbt dispatches these by adapter; the linter sees DuckDB's words. #}
{% macro median(expression) -%}median({{ expression }}){%- endmacro %}
{% macro numbers(first, last) -%}
    (select cast(generated.n as integer) as n from generate_series({{ first }}, {{ last }}) as generated (n))
{%- endmacro %}
{% macro offence_class(code) -%}regexp_extract({{ code }}, '^[0-9]+'){%- endmacro %}
{% macro days_between(first, last) -%}date_diff('day', {{ first }}, {{ last }}){%- endmacro %}
{% macro days_after(day, days) -%}cast({{ day }} + cast({{ days }} as integer) as date){%- endmacro %}
{% macro text_list(expression) -%}string_agg(distinct {{ expression }}, ', ' order by {{ expression }}){%- endmacro %}
{% macro risk_basis() -%}recorded{%- endmacro %}
{% macro identity_model() -%}true{%- endmacro %}
{% macro quoted(name) -%}"{{ name }}"{%- endmacro %}
{% macro as_text(expression) -%}cast({{ expression }} as varchar){%- endmacro %}
{% macro as_decimal(expression, scale) -%}cast({{ expression }} as decimal(18, {{ scale }})){%- endmacro %}
{% macro survivors() -%}select 'a' as nominal_id, 'b' as survivor_id{%- endmacro %}
{% macro each_number(first, ending) -%}cast(unnest(range({{ first }}, {{ ending }})) as integer){%- endmacro %}
{% macro first_in_each_order(relation, keys, n) -%}
    select {{ relation }}.run_index, 'x' as algorithm, {{ relation }}.nominal_id, {{ n }} as position from {{ relation }}
{%- endmacro %}
