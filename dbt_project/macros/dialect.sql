{# What DuckDB and Spark say differently. Everything else must be said in words that both know. #}

{% macro median(expression) -%}{{ return(adapter.dispatch("median")(expression)) }}{%- endmacro %}
{% macro default__median(expression) -%}median({{ expression }}){%- endmacro %}
{% macro spark__median(expression) -%}percentile({{ expression }}, 0.5){%- endmacro %}

{# One row per whole number from..to as `n`. #}
{% macro numbers(first, last) -%}{{ return(adapter.dispatch("numbers")(first, last)) }}{%- endmacro %}
{% macro default__numbers(first, last) -%}
    (select cast(generated.n as integer) as n from generate_series({{ first }}, {{ last }}) as generated (n))
{%- endmacro %}
{% macro spark__numbers(first, last) -%}
    (select explode(sequence({{ first }}, {{ last }})) as n)
{%- endmacro %}

{# In a list of columns: a row for each whole number from `first` to before `ending`. #}
{% macro each_number(first, ending) -%}{{ return(adapter.dispatch("each_number")(first, ending)) }}{%- endmacro %}
{% macro default__each_number(first, ending) -%}cast(unnest(range({{ first }}, {{ ending }})) as integer){%- endmacro %}
{% macro spark__each_number(first, ending) -%}explode(sequence({{ first }}, {{ ending }} - 1)){%- endmacro %}

{# The class of an offence code: its leading digits with decimals (`8N` -> `8`, `37.2` stays, `4.10` is not `4.1`). #}
{% macro offence_class(code) -%}{{ return(adapter.dispatch("offence_class")(code)) }}{%- endmacro %}
{% macro default__offence_class(code) -%}regexp_extract({{ code }}, '^[0-9]+(\.[0-9]+)?'){%- endmacro %}
{% macro spark__offence_class(code) -%}regexp_extract({{ code }}, '^[0-9]+([.][0-9]+)?', 0){%- endmacro %}

{# Days from one date to another. #}
{% macro days_between(first, last) -%}{{ return(adapter.dispatch("days_between")(first, last)) }}{%- endmacro %}
{% macro default__days_between(first, last) -%}date_diff('day', {{ first }}, {{ last }}){%- endmacro %}
{% macro spark__days_between(first, last) -%}datediff({{ last }}, {{ first }}){%- endmacro %}

{# A date so many days before (negative) or after another. #}
{% macro days_after(day, days) -%}{{ return(adapter.dispatch("days_after")(day, days)) }}{%- endmacro %}
{% macro default__days_after(day, days) -%}cast({{ day }} + cast({{ days }} as integer) as date){%- endmacro %}
{% macro spark__days_after(day, days) -%}date_add({{ day }}, {{ days }}){%- endmacro %}

{# Distinct texts of a group, in order, with commas between. #}
{% macro text_list(expression) -%}{{ return(adapter.dispatch("text_list")(expression)) }}{%- endmacro %}
{% macro default__text_list(expression) -%}string_agg(distinct {{ expression }}, ', ' order by {{ expression }}){%- endmacro %}
{% macro spark__text_list(expression) -%}nullif(array_join(array_sort(collect_set({{ expression }})), ', '), ''){%- endmacro %}

{# A date so many whole months before (negative) or after another; a day that the month lacks becomes its last. #}
{% macro months_after(day, months) -%}{{ return(adapter.dispatch("months_after")(day, months)) }}{%- endmacro %}
{% macro default__months_after(day, months) -%}cast({{ day }} + to_months(cast({{ months }} as integer)) as date){%- endmacro %}
{% macro spark__months_after(day, months) -%}add_months({{ day }}, cast({{ months }} as int)){%- endmacro %}

{# A name that is a word of SQL. #}
{% macro quoted(name) -%}{{ adapter.quote(name) }}{%- endmacro %}

{# A value as text. #}
{% macro as_text(expression) -%}{{ return(adapter.dispatch("as_text")(expression)) }}{%- endmacro %}
{% macro default__as_text(expression) -%}cast({{ expression }} as varchar){%- endmacro %}
{% macro spark__as_text(expression) -%}cast({{ expression }} as string){%- endmacro %}

{#
    A double as a decimal, rounded as DuckDB does it: the double times a power of ten, to the nearest whole number. Spark
    by itself rounds the double's shortest decimal notation: to the other side where the product falls short of a half.
#}
{% macro as_decimal(expression, scale) -%}{{ return(adapter.dispatch("as_decimal")(expression, scale)) }}{%- endmacro %}
{% macro default__as_decimal(expression, scale) -%}cast({{ expression }} as decimal(18, {{ scale }})){%- endmacro %}
{% macro spark__as_decimal(expression, scale) -%}
    cast(
        cast(round(({{ expression }}) * 1e{{ scale }}) as decimal(18, 0)) * cast(1e-{{ scale }} as decimal(18, {{ scale }}))
        as decimal(18, {{ scale }})
    )
{%- endmacro %}

{# The type of a column as Spark calls it: text has another name, nothing else. #}
{% macro spark_type(data_type) -%}
    {{ return("string" if data_type | lower == "varchar" else data_type) }}
{%- endmacro %}

{#
    The first `n` people of each run date in each of several orders, with their position: what follows a `with`. `keys` are
    whole numbers of `relation` by order, no two people of a date alike and none null. In one pass that keeps the first of each
    order and nobody else, where the engine has such an aggregate: a window for each order puts everybody aside meanwhile.
#}
{% macro first_in_each_order(relation, keys, n) -%}
    {{ return(adapter.dispatch("first_in_each_order")(relation, keys, n)) }}
{%- endmacro %}
{% macro default__first_in_each_order(relation, keys, n) -%}
, firsts as (
    select
        {{ relation }}.run_index
        {%- for algorithm, key in keys.items() %},
        arg_min({{ relation }}.nominal_id, {{ key }}, {{ n }}) as {{ algorithm }}
        {%- endfor %}
    from {{ relation }}
    group by {{ relation }}.run_index
)
{%- for algorithm in keys %}
select
    firsts.run_index,
    '{{ algorithm }}' as algorithm,
    unnest(firsts.{{ algorithm }}) as nominal_id,
    generate_subscripts(firsts.{{ algorithm }}, 1) as position
from firsts
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
{%- endmacro %}
{% macro spark__first_in_each_order(relation, keys, n) -%}
{%- for algorithm, key in keys.items() %}
select
    places.run_index,
    '{{ algorithm }}' as algorithm,
    places.nominal_id,
    places.position
from (
    select
        {{ relation }}.run_index,
        {{ relation }}.nominal_id,
        row_number() over (partition by {{ relation }}.run_index order by {{ key }} asc) as position
    from {{ relation }}
) as places
where places.position <= {{ n }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
{%- endmacro %}
