{#
    Tables of a build: made under their own name, each statement of which commits itself (one; two where
    a contract is enforced: what a failed second one leaves is in a build that the gate refuses). A build writes a new file, so there is
    nothing to keep aside, rename and drop, which is what dbt's own materialization spends half of a small model's time on.
#}
{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {%- set relation = this.incorporate(type="table") -%}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {{ run_hooks(pre_hooks) }}
    {% call statement("main", language=model["language"], auto_begin=False) -%}
        {{- create_table_as(False, relation, compiled_code, model["language"]) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{#
    Rows of a seed, from the project that is built, whose folder dbt works in. The adapter's own macro asks the parse where the
    seed lay, and a parse that is kept was made in the folder of another build.
#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set sql -%}
        copy {{ this }} from '{{ model["original_file_path"] }}' (format csv, header true)
    {%- endset -%}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{#
    The same on Spark, where every build has a new catalogue. A contract is the table's own definition: rows go in by
    name, so a column too many or too few is an error, and so is a value that its type cannot hold.
#}
{% materialization table, adapter="spark", supported_languages=["sql", "python"] %}
    {%- set relation = this.incorporate(type="table") -%}
    {%- set is_contract = config.get("contract").enforced -%}
    {{ run_hooks(pre_hooks) }}
    {%- if is_contract %}
        {% call statement("contract") -%}
            create table {{ relation }} (
                {%- for column in model["columns"].values() %}
                {{ column["name"] }} {{ spark_type(column["data_type"]) }}{{ "," if not loop.last }}
                {%- endfor %}
            )
        {%- endcall %}
    {%- endif %}
    {% call statement("main", language=model["language"]) -%}
        {%- if model["language"] == "python" -%} {{ compiled_code }}
        {%- elif is_contract -%} insert into {{ relation }} by name {{ compiled_code }}
        {%- else -%} create table {{ relation }} as {{ compiled_code }}
        {%- endif -%}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{# A seed is read from the CSV file with the types that its YAML states, by the same path as on DuckDB. #}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set types = model["config"]["column_types"] -%}
    {%- set sql -%}
        create table {{ this }} (
            {%- for name in agate_table.column_names %}
            {{ name }} {{ spark_type(types[name]) }}{{ "," if not loop.last }}
            {%- endfor %}
        )
    {%- endset -%}
    {% do adapter.add_query(sql) %}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model["config"]["column_types"] -%}
    {%- set file -%}
        create or replace temporary view {{ this.identifier }}_csv using csv
        options (path '{{ model["original_file_path"] }}', header 'true', escape '"', multiLine 'true')
    {%- endset -%}
    {% do adapter.add_query(file) %}
    {%- set sql -%}
        insert into {{ this }} by name
        select
            {%- for name in agate_table.column_names %}
            cast({{ name }} as {{ spark_type(types[name]) }}) as {{ name }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ this.identifier }}_csv
    {%- endset -%}
    {% do adapter.add_query(sql) %}
    {{ return(sql) }}
{% endmacro %}
