{#
    Tables of a build: made under their own name, in one statement and one commit. A build writes a new file, so there is
    nothing to keep aside, rename and drop, which is what dbt's own materialization spends half of a small model's time on.
#}
{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {%- set relation = this.incorporate(type="table") -%}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {{ run_hooks(pre_hooks) }}
    {% call statement("main", language=model["language"]) -%}
        {{- create_table_as(False, relation, compiled_code, model["language"]) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
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
