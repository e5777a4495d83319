-- All cases, each within its tolerance: 1e-6 where the source prints the probability in full, half a percentage point
-- where it prints whole per cents. A case that went missing is a failure too.
select examples.case_id
from {{ ref("ogrs3_worked_examples") }} as examples
left join {{ ref("qc_ogrs3_worked_examples") }} as checked on examples.case_id = checked.case_id
where not coalesce(checked.is_reproduced, false)
