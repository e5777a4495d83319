-- The same days for each comparator, until the day before its own adoption or death.
with comparators as (
    select
        pairs.nominal_id,
        pairs.adopted_date,
        pairs.comparator_id,
        pairs.comparators,
        least(
            coalesce({{ days_after("spells.adopted_date", -1) }}, {{ as_at() }}),
            coalesce({{ days_after("nominals.deceased_date", -1) }}, {{ as_at() }})
        ) as last_followed_day
    from {{ ref("int_matched_pairs") }} as pairs
    inner join {{ ref("int_nominals_survived") }} as nominals on pairs.comparator_id = nominals.nominal_id
    left join {{ ref("int_first_spells") }} as spells
        on pairs.comparator_id = spells.nominal_id and spells.cohort = 'all'
)

select
    windows.nominal_id,
    windows.cohort,
    windows.basis,
    windows.window_months,
    windows.window_name,
    comparators.comparator_id,
    comparators.comparators,
    windows.first_day,
    least(windows.last_day, comparators.last_followed_day) as last_day
from {{ ref("int_effect_windows") }} as windows
inner join comparators
    on windows.nominal_id = comparators.nominal_id and windows.adopted_date = comparators.adopted_date
