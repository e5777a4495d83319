-- Every stretch of days in which somebody's offending is counted for the evaluation, each once: of adopted people, of
-- their comparators, and of cohorts by quarter.
select windows.nominal_id, windows.basis, windows.first_day, windows.last_day
from {{ ref("int_effect_windows") }} as windows
where windows.first_day <= windows.last_day
union
select windows.comparator_id as nominal_id, windows.basis, windows.first_day, windows.last_day
from {{ ref("int_comparator_windows") }} as windows
where windows.first_day <= windows.last_day
union
select stretches.nominal_id, 'recorded' as basis, stretches.first_day, stretches.last_day
from {{ ref("int_cohort_stretches") }} as stretches
