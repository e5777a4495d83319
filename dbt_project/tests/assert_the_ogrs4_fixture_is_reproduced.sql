-- The challenger ogrs4 is what the published code computes, or it is no challenger.
select fixtures.total
from (
    select count(case when examples.is_reproduced then 1 end) as total
    from {{ ref("qc_ogrs4_worked_example") }} as examples
) as fixtures
where fixtures.total <> 1
