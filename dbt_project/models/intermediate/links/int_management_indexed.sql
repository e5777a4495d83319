-- Spells and registrations of linked people, by the run dates on which they are open [from_index, to_index). A
-- registration without a start is open since ever.
with periods as (
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
)

select
    periods.nominal_id,
    coalesce(known.run_index, 1) as from_index,
    coalesce(gone.run_index, (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date))
        as to_index
from periods
left join {{ ref("int_dates_indexed") }} as known on periods.start_date = known.day
left join {{ ref("int_dates_indexed") }} as gone on periods.end_date = gone.day
