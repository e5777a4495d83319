select
    {{ as_at() }} as as_at,
    run_dates.run_date,
    intervals.algorithm,
    intervals.population,
    intervals.figure,
    intervals.low as difference_low,
    intervals.high as difference_high
from {{ ref("int_challenger_intervals") }} as intervals
inner join {{ ref("int_run_dates") }} as run_dates on intervals.run_index = run_dates.run_index
