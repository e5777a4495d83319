-- The coefficients of the OGRS4 challenger side by side, for each sex. Unknown sex scores as in OGRS3.
with sexes as (
    select 'M' as sex, 'M' as scored_as
    union all
    select 'F' as sex, 'F' as scored_as
    union all
    select 'U' as sex, {{ parameter("sex_unknown_as") }} as scored_as
)

select
    {%- for term in (
        "two_year_constant", "female", "aai", "aai_quadratic", "aai_cubic", "aai_quartic", "first_sanction", "second_sanction",
        "sanction_occasions", "yrs_between_first_and_second_sanction", "three_plus_sanctions_copas_g",
        "three_plus_sanctions_copas_squared", "offence_free_months", "offence_free_months_quadratic",
        "offence_free_months_cubic", "offence_free_months_quartic"
    ) %}
    coalesce(max(case when coefficients.term = '{{ term }}' then coefficients.coefficient end), 0) as {{ term }},
    {%- endfor %}
    sexes.sex
from sexes
inner join {{ ref("ogrs4_coefficients") }} as coefficients
    on coefficients.sex is null or sexes.scored_as = coefficients.sex
where coefficients.term_group = 'term'
group by sexes.sex
