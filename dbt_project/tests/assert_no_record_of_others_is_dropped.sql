-- Every spell and registration stands once among the links, linked or not.
with delivered as (
    select 'cohort_spell' as kind, spells.spell_id as record_id
    from {{ ref("stg_idiom__cohort_spells") }} as spells
    union all
    select 'registration' as kind, registrations.visor_id as record_id
    from {{ ref("stg_visor_summary__registrations") }} as registrations
),

counted as (
    select links.kind, links.record_id, count(*) as times
    from {{ ref("fct_identity_links") }} as links
    where links.kind <> 'nominal'
    group by links.kind, links.record_id
)

select
    coalesce(delivered.kind, counted.kind) as kind,
    coalesce(delivered.record_id, counted.record_id) as record_id
from delivered
full outer join counted on delivered.kind = counted.kind and delivered.record_id = counted.record_id
where delivered.record_id is null or counted.record_id is null or counted.times > 1
