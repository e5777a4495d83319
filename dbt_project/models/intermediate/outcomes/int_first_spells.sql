-- Per person and cohort (and `all`: any cohort) the first spell, ties by spell_id: the one before and after which counts.
with by_cohort as (
    select spells.nominal_id, spells.cohort, spells.spell_id, spells.adopted_date, spells.deselected_date
    from {{ ref("int_management_spells") }} as spells
    union all
    select spells.nominal_id, 'all' as cohort, spells.spell_id, spells.adopted_date, spells.deselected_date
    from {{ ref("int_management_spells") }} as spells
),

positioned as (
    select
        by_cohort.*,
        row_number() over (
            partition by by_cohort.nominal_id, by_cohort.cohort
            order by by_cohort.adopted_date asc, by_cohort.spell_id asc
        ) as spell_position,
        count(*) over (partition by by_cohort.nominal_id, by_cohort.cohort) as spells
    from by_cohort
)

select
    positioned.nominal_id,
    positioned.cohort,
    positioned.spell_id,
    positioned.adopted_date,
    positioned.deselected_date as end_date,
    positioned.deselected_date is null as is_open,
    positioned.spells
from positioned
where positioned.spell_position = 1
