select
    spells.spell_id,
    linked.nominal_id,
    linked.link_method,
    spells.scheme,
    spells.cohort,
    pillars.pillar,
    spells.pathway,
    spells.statutory,
    spells.adopted_date,
    spells.deselected_date,
    spells.deselection_reason,
    spells.rag_status,
    spells.risk_level,
    spells.manager_id
from {{ ref("stg_idiom__cohort_spells") }} as spells
inner join {{ ref("int_cohort_spells_linked") }} as linked on spells.spell_id = linked.spell_id
left join {{ ref("cohort_pillars") }} as pillars on spells.cohort = pillars.cohort
