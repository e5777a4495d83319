{{ config(materialized="view") }}

-- Spells and registrations of linked people, one row each, with the day each began (none: open since ever) and ended.
select
    linked.nominal_id,
    spells.adopted_date as start_date,
    spells.deselected_date as end_date
from {{ ref("stg_idiom__cohort_spells") }} as spells
inner join {{ ref("int_cohort_spells_linked") }} as linked on spells.spell_id = linked.spell_id
where linked.nominal_id is not null
union all
select
    linked.nominal_id,
    registrations.registration_start as start_date,
    registrations.registration_end as end_date
from {{ ref("stg_visor_summary__registrations") }} as registrations
inner join {{ ref("int_registrations_linked") }} as linked on registrations.visor_id = linked.visor_id
where linked.nominal_id is not null
