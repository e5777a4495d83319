-- Rows of other sources that say whom they are about: with the person whom their identifiers name, null where none do.
with spells as (
    {{ named_exactly("stg_idiom__cohort_spells", "spell_id", "int_nominals_as_merged", "int_pnc_ids_as_delivered") }}
),

registrations as (
    {{ named_exactly("stg_visor_summary__registrations", "visor_id", "int_nominals_as_merged", "int_pnc_ids_as_delivered") }}
)

select
    'cohort_spell' as kind,
    spells.spell_id as source_id,
    spells.nominal_id,
    spells.link_method,
    delivered.pnc_id,
    delivered.surname,
    delivered.forename,
    delivered.date_of_birth
from spells
inner join {{ ref("stg_idiom__cohort_spells") }} as delivered on spells.spell_id = delivered.spell_id
union all
select
    'registration' as kind,
    registrations.visor_id as source_id,
    registrations.nominal_id,
    registrations.link_method,
    delivered.pnc_id,
    delivered.surname,
    delivered.forename,
    delivered.date_of_birth
from registrations
inner join {{ ref("stg_visor_summary__registrations") }} as delivered on registrations.visor_id = delivered.visor_id
