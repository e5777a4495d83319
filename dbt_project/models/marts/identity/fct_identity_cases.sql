select
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
from {{ ref("qc_identity_review") }} as cases
