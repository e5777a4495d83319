-- A PNC id links only where exactly one surviving nominal holds it (its own, or one of a nominal merged into it).
select
    resolved.pnc_id,
    min(resolved.survivor_id) as nominal_id
from {{ ref("int_nominals_as_merged") }} as resolved
where resolved.pnc_id is not null
group by resolved.pnc_id
having count(distinct resolved.survivor_id) = 1
