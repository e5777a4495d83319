-- Official cases with known results, and what our own formula makes of them in this very build.
select
    examples.case_id,
    examples.sex,
    cast(examples.age_at_start_of_risk as bigint) as age_at_start_of_risk,
    cast(examples.age_at_first_sanction as bigint) as age_at_first_sanction,
    cast(examples.age_at_current_sanction as bigint) as age_at_current_sanction,
    cast(examples.previous_sanctions as bigint) as previous_sanctions,
    examples.offence_group,
    computed.p1,
    cast(examples.official_p1 as double) as official_p1,
    computed.p2,
    cast(examples.official_p2 as double) as official_p2,
    computed.is_reproduced,
    examples.source
from {{ ref("ogrs3_worked_examples") }} as examples
inner join {{ ref("qc_ogrs3_worked_examples") }} as computed on examples.case_id = computed.case_id
