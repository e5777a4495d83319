-- The dates on which everybody was ranked in this release.
select
    run_dates.run_date,
    run_dates.is_scheduled,
    {{ is_mature("run_dates.run_date") }} as is_mature
from {{ ref("int_run_dates") }} as run_dates
