{# Age in completed years. Somebody born on 29 February completes a year on 1 March of a common year. #}
{% macro age_at(day, date_of_birth) -%}
    (
        year({{ day }}) - year({{ date_of_birth }})
        - case
            when month({{ day }}) * 100 + day({{ day }}) < month({{ date_of_birth }}) * 100 + day({{ date_of_birth }})
                then 1
            else 0
        end
    )
{%- endmacro %}
