-- Whose management the meeting should think of ending, with every rule that fired and what it saw.
select
    {{ as_at() }} as as_at,
    candidates.spell_id,
    candidates.rule,
    candidates.nominal_id,
    candidates.cohort,
    candidates.scheme,
    candidates.manager_id,
    candidates.adopted_date,
    candidates.rule_title,
    candidates.evidence,
    candidates.evidence_rows,
    candidates.evidence_date
from {{ ref("fct_deselection_candidates") }} as candidates
