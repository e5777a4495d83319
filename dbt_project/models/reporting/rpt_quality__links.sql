-- How the rows of other sources found their person. Unlinked rows are kept, counted here, and nobody's.
with records as (
    select 'idiom' as source, 'cohort_spells' as entity, spells.link_method
    from {{ ref("fct_cohort_spells") }} as spells
    union all
    select 'visor_summary' as source, 'visor_summary' as entity, registrations.link_method
    from {{ ref("fct_visor_registrations") }} as registrations
    union all
    select
        'idiom' as source,
        'pnc_events' as entity,
        case when sanctions.nominal_id is null then 'unlinked' else 'pnc_id' end as link_method
    from {{ ref("fct_sanctions") }} as sanctions
    union all
    select
        'idiom' as source,
        'referrals' as entity,
        case when referrals.nominal_id is null then 'unlinked' else 'nominal_id' end as link_method
    from {{ ref("fct_referrals") }} as referrals
    union all
    select
        'idiom' as source,
        'interventions' as entity,
        case when interventions.nominal_id is null then 'unlinked' else 'nominal_id' end as link_method
    from {{ ref("fct_interventions") }} as interventions
    union all
    select
        'unit_decisions' as source,
        'unit_decisions' as entity,
        case when decisions.nominal_id is null then 'unlinked' else 'nominal_id' end as link_method
    from {{ ref("fct_unit_decisions") }} as decisions
)

select
    {{ as_at() }} as as_at,
    records.source,
    records.entity,
    records.link_method,
    count(*) as records
from records
group by records.source, records.entity, records.link_method
