{# What the run was asked: its date, its run dates, its parameters. Nothing reads the clock. #}

{#
    One value of HHW_RUN, the JSON object that include/warehouse/build.py gives to every build; a unit test gives a
    variable instead. It is read while a model is executed, not while it is parsed: dbt then parses a project once for
    all runs.
#}
{% macro run_value(name) -%}
    {%- if execute and not var(name) -%}{{ return(fromjson(env_var("HHW_RUN")).get(name)) }}{%- endif -%}
    {{ return(var(name)) }}
{%- endmacro %}

{% macro as_at() -%}
    date '{{ run_value("as_at") }}'
{%- endmacro %}

{# The last day of the last month that as_at has seen whole. #}
{% macro last_month_end() -%}
    {{ days_after("cast(date_trunc('month', " ~ days_after(as_at(), 1) ~ ") as date)", -1) }}
{%- endmacro %}

{# A parameter's value as a SQL literal. The seed algorithm_parameters is the one place where it stands. #}
{% macro parameter(name) -%}
    {%- set parameters = run_value("parameters") -%}
    {%- if name not in parameters and execute -%}
        {{ exceptions.raise_compiler_error("parameter '" ~ name ~ "' stands not in algorithm_parameters.csv") }}
    {%- endif -%}
    {%- set value = parameters.get(name, 1) -%}{# while a project is parsed there are none; 1 divides and counts #}
    {%- if value is boolean -%}{{ "true" if value else "false" }}
    {%- elif value is string -%}'{{ value }}'
    {%- else -%}{{ value }}
    {%- endif -%}
{%- endmacro %}

{# Which of the two bases of OGRS3 ranks: `recorded` or `formal`. A name in the SQL, so no literal of it. #}
{% macro risk_basis() -%}{{ return(run_value("parameters").get("risk_basis", "recorded")) }}{%- endmacro %}

{# A decimal parameter, so that what is multiplied by it stays exact. #}
{% macro decimal_parameter(name, type="decimal(9, 4)") -%}
    cast({{ parameter(name) }} as {{ type }})
{%- endmacro %}
