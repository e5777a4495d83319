-- The age and sex term by year of age, so that it is found by equality. Unknown sex scores as male. A date of birth of
-- 1900 that stands for an unknown one must still find its row.
select
    ages.n as age,
    sexes.sex,
    cast(coefficients.coefficient as double) as coefficient
from {{ numbers(10, 200) }} as ages
cross join (
    select 'M' as sex, 'M' as scored_as
    union all select 'F' as sex, 'F' as scored_as
    union all select 'U' as sex, {{ parameter("sex_unknown_as") }} as scored_as
) as sexes
inner join {{ ref("ogrs3_coefficients") }} as coefficients
    on
        coefficients.term_group = 'age_sex'
        and sexes.scored_as = coefficients.sex
        and ages.n >= coefficients.age_from
        and ages.n <= coalesce(coefficients.age_to, 200)
