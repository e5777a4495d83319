{# OGRS3 in its parts; see docs/methodology. Coefficients come from seeds, constants from parameters. #}

{# Log rate of sanctions over the career: ln((1 + previous) / (10 + years from first to current)). #}
{% macro copas_rate(sanctions, first_age, current_age) -%}
    ln(
        (1.0 + least({{ sanctions }} - 1, {{ parameter("previous_sanctions_cap") }}))
        / ({{ parameter("copas_offset_years") }} + {{ current_age }} - {{ first_age }})
    )
{%- endmacro %}

{# 1 / (1 + exp(-(z + constant))) with z the sum of the four terms. #}
{% macro ogrs3_probability(years, age_sex, history, copas, offence_group) -%}
    1.0 / (1.0 + exp(-(
        {{ age_sex }} + {{ history }} + {{ parameter("ogrs3_copas_coefficient") }} * {{ copas }} + {{ offence_group }}
        + {{ parameter("ogrs3_constant_" ~ years ~ "_year") }}
    )))
{%- endmacro %}

{# A named coefficient of the seed, as a scalar. #}
{% macro ogrs3_coefficient(term) -%}
    (
        select cast(named.coefficient as double)
        from {{ ref("ogrs3_coefficients") }} as named
        where named.term_group = 'sanction_history' and named.term = '{{ term }}'
    )
{%- endmacro %}
