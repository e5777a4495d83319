{# What the run was asked: its date, its run dates, its parameters. Nothing reads the clock. #}

{% macro as_at() -%}
    date '{{ var("as_at") }}'
{%- endmacro %}

{# A parameter's value as a SQL literal. The seed algorithm_parameters is the one place where it stands. #}
{% macro parameter(name) -%}
    {%- set parameters = var("parameters") -%}
    {%- if name not in parameters and execute -%}
        {{ exceptions.raise_compiler_error("parameter '" ~ name ~ "' stands not in algorithm_parameters.csv") }}
    {%- endif -%}
    {%- set value = parameters.get(name, 0) -%}
    {%- if value is boolean -%}{{ "true" if value else "false" }}
    {%- elif value is string -%}'{{ value }}'
    {%- else -%}{{ value }}
    {%- endif -%}
{%- endmacro %}

{# Which of the two bases of OGRS3 ranks: `recorded` or `formal`. A name in the SQL, so no literal of it. #}
{% macro risk_basis() -%}{{ return(var("parameters").get("risk_basis", "recorded")) }}{%- endmacro %}

{# A decimal parameter, so that what is multiplied by it stays exact. #}
{% macro decimal_parameter(name, type="decimal(9, 4)") -%}
    cast({{ parameter(name) }} as {{ type }})
{%- endmacro %}
