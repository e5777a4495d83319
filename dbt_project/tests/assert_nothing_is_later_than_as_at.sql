select 'fct_offences' as model, offences.offence_id as id
from {{ ref("fct_offences") }} as offences
where
    offences.recorded_date > {{ as_at() }}
    or offences.offence_date > {{ as_at() }}
    or offences.cancelled_date > {{ as_at() }}
    or offences.role_date > {{ as_at() }}
union all
select 'fct_sanctions' as model, sanctions.event_id as id
from {{ ref("fct_sanctions") }} as sanctions
where sanctions.sanction_date > {{ as_at() }}
union all
select 'fct_rankings' as model, rankings.nominal_id as id
from {{ ref("fct_rankings") }} as rankings
where rankings.run_date > {{ as_at() }} or rankings.latest_offence_date > rankings.run_date
union all
select 'fct_cohort_spells' as model, spells.spell_id as id
from {{ ref("fct_cohort_spells") }} as spells
where spells.adopted_date > {{ as_at() }} or spells.deselected_date > {{ as_at() }}
