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

{# The history term of a sanction: what it is, the how manieth, and whether the one before was a conviction. #}
{% macro sanction_history(is_conviction, sanctions, is_previous_conviction) -%}
    case
        when {{ is_conviction }} and {{ sanctions }} = 1
            then {{ ogrs3_coefficient("first_sanction_is_conviction") }}
        when {{ is_conviction }}
            then {{ ogrs3_coefficient("conviction_with_previous_sanction") }}
        when {{ sanctions }} = 1
            then {{ ogrs3_coefficient("first_sanction_is_caution") }}
        when {{ sanctions }} = 2 and not {{ is_previous_conviction }}
            then {{ ogrs3_coefficient("second_caution_no_conviction") }}
        else {{ ogrs3_coefficient("multiple_cautions_or_caution_after_conviction") }}
    end
{%- endmacro %}
