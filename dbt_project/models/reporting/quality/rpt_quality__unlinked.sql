-- Records of other sources that found no person: kept, nobody's, and listed here.
with records as (
    select 'idiom' as source, 'cohort_spells' as entity, spells.spell_id as record_id
    from {{ ref("fct_cohort_spells") }} as spells
    where spells.nominal_id is null
    union all
    select 'idiom' as source, 'pnc_events' as entity, sanctions.event_id as record_id
    from {{ ref("fct_sanctions") }} as sanctions
    where sanctions.nominal_id is null
    union all
    select 'idiom' as source, 'referrals' as entity, referrals.referral_id as record_id
    from {{ ref("fct_referrals") }} as referrals
    where referrals.nominal_id is null
    union all
    select 'idiom' as source, 'interventions' as entity, interventions.intervention_id as record_id
    from {{ ref("fct_interventions") }} as interventions
    where interventions.nominal_id is null
    union all
    select 'visor_summary' as source, 'visor_summary' as entity, registrations.visor_id as record_id
    from {{ ref("fct_visor_registrations") }} as registrations
    where registrations.nominal_id is null
    union all
    select 'unit_decisions' as source, 'unit_decisions' as entity, decisions.decision_id as record_id
    from {{ ref("fct_unit_decisions") }} as decisions
    where decisions.nominal_id is null
)

select
    {{ as_at() }} as as_at,
    records.source,
    records.entity,
    records.record_id
from records
