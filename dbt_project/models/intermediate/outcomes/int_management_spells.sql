-- Every spell of management of a linked person that began by as_at. Registrations form cohort `visor` for whoever has no
-- cohort spell of that cohort; a registration without a start forms none (it is counted in attrition).
with cohort_spells as (
    select
        linked.nominal_id,
        spells.cohort,
        spells.scheme,
        spells.spell_id,
        spells.adopted_date,
        spells.deselected_date
    from {{ ref("stg_idiom__cohort_spells") }} as spells
    inner join {{ ref("int_cohort_spells_linked") }} as linked on spells.spell_id = linked.spell_id
    where linked.nominal_id is not null
),

registrations as (
    select
        linked.nominal_id,
        'visor' as cohort,
        {{ as_text("null") }} as scheme,
        registrations.visor_id as spell_id,
        registrations.registration_start as adopted_date,
        case when registrations.registration_end <= {{ as_at() }} then registrations.registration_end end
            as deselected_date
    from {{ ref("stg_visor_summary__registrations") }} as registrations
    inner join {{ ref("int_registrations_linked") }} as linked on registrations.visor_id = linked.visor_id
    left join (
        select distinct spells.nominal_id
        from cohort_spells as spells
        where spells.cohort = 'visor'
    ) as has_spell on linked.nominal_id = has_spell.nominal_id
    where
        linked.nominal_id is not null
        and registrations.registration_start is not null
        and has_spell.nominal_id is null
)

select cohort_spells.* from cohort_spells
union all
select registrations.* from registrations
