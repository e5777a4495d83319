-- Cases of identity for a person to decide, side by side, the most probable first.
select
    {{ as_at() }} as as_at,
    cases.kind,
    cases.record_id,
    cases.nominal_id,
    cases.reason,
    cases.probability,
    cases.comparison,
    cases.surname,
    cases.nominal_surname,
    cases.forename,
    cases.nominal_forename,
    cases.date_of_birth,
    cases.nominal_date_of_birth,
    cases.sex,
    cases.nominal_sex,
    cases.pnc_id,
    cases.nominal_pnc_id
from {{ ref("fct_identity_cases") }} as cases
