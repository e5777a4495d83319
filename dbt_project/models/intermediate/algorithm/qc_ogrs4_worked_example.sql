-- Every build proves its own OGRS4: the fixture of the published code, through the same macros as everybody's
-- probability. A man of 30, first sanctioned at 21 and last at 30, two sanctions, other offence, 36 months without
-- an offence.
with fixture as (
    select
        cast(30 as double) as age,
        21 as first_age,
        30 as current_age,
        2 as sanctions,
        cast(36 as double) as offence_free_months,
        cast(-3.109291542898 as double) as official_logit,
        cast(4.27 as double) as official_pct
),

computed as (
    select
        fixture.official_logit,
        fixture.official_pct,
        {{ ogrs4_probability(
            "factors",
            ogrs4_record(
                "factors",
                "fixture.age",
                "fixture.sanctions",
                "fixture.first_age",
                "fixture.current_age",
                "categories.coefficient",
            ),
            "fixture.offence_free_months",
        ) }} as probability
    from fixture
    inner join {{ ref("int_ogrs4_coefficients_by_sex") }} as factors on factors.sex = 'M'
    inner join {{ ref("ogrs4_coefficients") }} as categories
        on categories.term_group = 'offence_category' and categories.term = 'other_offences'
)

select
    round(100.0 * computed.probability, 2) as probability_pct,
    computed.official_pct,
    abs(ln(computed.probability / (1.0 - computed.probability)) - computed.official_logit) < 1e-9 as is_reproduced
from computed
