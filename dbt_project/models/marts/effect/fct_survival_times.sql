select
    {{ as_at() }} as as_at,
    times.nominal_id,
    times.cohort,
    times.adopted_date,
    times.first_day,
    cast(times.days as bigint) as days,
    times.has_reoffended
from {{ ref("int_survival_times") }} as times
