-- A chain longer than the passes of the macro, or a cycle, would leave a survivor that is itself merged.
select merged.nominal_id, merged.survivor_id
from {{ ref("int_nominals_merged") }} as merged
inner join {{ ref("int_nominals_merged") }} as again on merged.survivor_id = again.nominal_id
