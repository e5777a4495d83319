-- Official cases of OGRS3 through the same formula as everybody's score, beside the official result.
select
    {{ as_at() }} as as_at,
    cases.case_id,
    cases.sex,
    cases.age_at_start_of_risk,
    cases.age_at_first_sanction,
    cases.age_at_current_sanction,
    cases.previous_sanctions,
    cases.offence_group,
    cases.p1,
    cases.official_p1,
    cases.p2,
    cases.official_p2,
    cases.is_reproduced,
    cases.source
from {{ ref("dim_ogrs3_worked_cases") }} as cases
