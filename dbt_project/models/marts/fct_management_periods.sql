-- Who is managed when, by whom: cohort spells and registrations in one shape, linked or not. An unlinked record is a
-- person of its own (by PNC id where it has one), so that it stays on its manager's caseload.
with periods as (
    select
        'spell' as kind,
        spells.spell_id as record_id,
        linked.nominal_id,
        spells.pnc_id,
        spells.cohort,
        spells.scheme,
        spells.adopted_date as start_date,
        spells.deselected_date as end_date,
        spells.risk_level,
        spells.manager_id
    from {{ ref("stg_idiom__cohort_spells") }} as spells
    inner join {{ ref("int_cohort_spells_linked") }} as linked on spells.spell_id = linked.spell_id
    union all
    select
        'registration' as kind,
        registrations.visor_id as record_id,
        linked.nominal_id,
        registrations.pnc_id,
        'visor' as cohort,
        {{ as_text("null") }} as scheme,
        registrations.registration_start as start_date,
        registrations.registration_end as end_date,
        coalesce(registrations.arms_level, registrations.rm2000_level) as risk_level,
        registrations.manager_id
    from {{ ref("stg_visor_summary__registrations") }} as registrations
    inner join {{ ref("int_registrations_linked") }} as linked on registrations.visor_id = linked.visor_id
),

visor_spells as (
    select distinct periods.nominal_id
    from periods
    where periods.kind = 'spell' and periods.cohort = 'visor' and periods.nominal_id is not null
)

select
    periods.kind,
    periods.record_id,
    coalesce(periods.nominal_id, 'pnc_id ' || periods.pnc_id, periods.kind || ' ' || periods.record_id) as person_id,
    periods.nominal_id,
    periods.cohort,
    periods.scheme,
    periods.start_date,
    periods.end_date,
    periods.risk_level,
    coalesce(periods.risk_level in ('high', 'very_high'), false) as is_high_risk,
    periods.manager_id,
    periods.kind = 'spell'
    or (periods.start_date is not null and periods.nominal_id is not null and visor_spells.nominal_id is null)
        as is_in_cohort
from periods
left join visor_spells on periods.nominal_id = visor_spells.nominal_id
