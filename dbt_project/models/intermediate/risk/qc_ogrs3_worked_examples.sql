-- Every build proves its own OGRS3: official cases through the same macros as everybody's score.
with cases as (
    select
        examples.case_id,
        examples.official_p1,
        examples.official_p2,
        examples.tolerance,
        cast(age_sex.coefficient as double) as age_sex_term,
        {{ sanction_history("true", "(examples.previous_sanctions + 1)", "true") }} as history_term,
        {{ copas_rate(
            "(examples.previous_sanctions + 1)",
            "examples.age_at_first_sanction",
            "examples.age_at_current_sanction",
        ) }} as copas_rate,
        cast(offence_group.coefficient as double) as group_term
    from {{ ref("ogrs3_worked_examples") }} as examples
    inner join {{ ref("int_ogrs3_age_sex") }} as age_sex
        on examples.age_at_start_of_risk = age_sex.age and examples.sex = age_sex.sex
    inner join {{ ref("ogrs3_coefficients") }} as offence_group
        on offence_group.term_group = 'offence_group' and examples.offence_group = offence_group.term
),

computed as (
    select
        cases.*,
        {{ ogrs3_probability("one", "cases.age_sex_term", "cases.history_term", "cases.copas_rate", "cases.group_term") }}
            as p1,
        {{ ogrs3_probability("two", "cases.age_sex_term", "cases.history_term", "cases.copas_rate", "cases.group_term") }}
            as p2
    from cases
)

select
    computed.case_id,
    round(computed.p1, 6) as p1,
    round(computed.p2, 6) as p2,
    computed.official_p1,
    computed.official_p2,
    abs(computed.p1 - computed.official_p1) <= computed.tolerance
    and abs(computed.p2 - computed.official_p2) <= computed.tolerance as is_reproduced
from computed
