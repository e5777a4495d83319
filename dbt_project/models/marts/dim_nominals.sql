select
    nominals.nominal_id,
    nominals.pnc_id,
    nominals.surname,
    nominals.forename,
    nominals.date_of_birth,
    nominals.sex,
    nominals.ethnicity,
    nominals.division,
    nominals.deceased_date,
    cast(nominals.merged_count as bigint) as merged_count
from {{ ref("int_nominals_survived") }} as nominals
