select
    managers.manager_id,
    managers.unit_origin,
    managers.role,
    managers.division,
    managers.start_date,
    managers.end_date,
    managers.mosovo_date,
    managers.max_caseload
from {{ ref("stg_idiom__managers") }} as managers
