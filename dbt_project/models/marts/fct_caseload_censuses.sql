select
    censuses.manager_id,
    censuses.census_date,
    censuses.offenders_managed,
    censuses.high_risk_managed
from {{ ref("stg_idiom__caseload_censuses") }} as censuses
