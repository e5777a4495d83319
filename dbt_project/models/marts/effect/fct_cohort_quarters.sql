select
    {{ as_at() }} as as_at,
    stretches.cohort,
    stretches.quarter,
    stretches.view,
    stretches.nominal_id,
    cast(sum(measured.days) as bigint) as days,
    cast(sum(measured.at_risk_days) as bigint) as at_risk_days,
    cast(sum(measured.offences) as bigint) as offences,
    cast(sum(measured.harm_days) as decimal(18, 4)) as harm_days
from {{ ref("int_cohort_stretches") }} as stretches
inner join {{ ref("int_follow_ups_measured") }} as measured
    on
        stretches.nominal_id = measured.nominal_id
        and measured.basis = 'recorded'
        and stretches.first_day = measured.first_day
        and stretches.last_day = measured.last_day
group by stretches.cohort, stretches.quarter, stretches.view, stretches.nominal_id
