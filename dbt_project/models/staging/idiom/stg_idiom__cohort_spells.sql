with current_rows as (
    {{ current_rows("idiom", "cohort_spells", ["spell_id"]) }}
)

select
    current_rows.spell_id,
    current_rows.nominal_id,
    current_rows.pnc_id,
    current_rows.surname,
    current_rows.forename,
    current_rows.date_of_birth,
    current_rows.scheme,
    current_rows.cohort,
    current_rows.pathway,
    current_rows.statutory = 'Y' as statutory,
    current_rows.adopted_date,
    case when current_rows.deselected_date <= {{ as_at() }} then current_rows.deselected_date end as deselected_date,
    case
        when current_rows.deselected_date is null or current_rows.deselected_date <= {{ as_at() }}
            then current_rows.deselection_reason
    end as deselection_reason,
    current_rows.rag_status,
    current_rows.risk_level,
    current_rows.manager_id
from current_rows
where current_rows.adopted_date <= {{ as_at() }}
