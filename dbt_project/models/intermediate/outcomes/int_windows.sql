-- The three windows of each first spell, both ends in, in long form. Death ends a window the day before; one that
-- starts before the source's coverage is cut there. Where IDIOM never came, what was proven is not known.
with first_spells as (
    select
        spells.*,
        bases.basis,
        bases.coverage_start,
        least({{ as_at() }}, coalesce({{ days_after("nominals.deceased_date", -1) }}, {{ as_at() }})) as last_known_day
    from {{ ref("int_first_spells") }} as spells
    inner join {{ ref("int_nominals_survived") }} as nominals on spells.nominal_id = nominals.nominal_id
    cross join (
        select 'recorded' as basis, cast({{ parameter("coverage_start_police_records") }} as date) as coverage_start
        union all
        select 'proven' as basis, cast({{ parameter("coverage_start_idiom") }} as date) as coverage_start
        where {{ delivered(ref("stg_ledger__deliveries"), "idiom") }}
    ) as bases
),

windows as (
    select
        first_spells.nominal_id,
        first_spells.cohort,
        first_spells.basis,
        'pre' as window_name,
        {{ days_after("first_spells.adopted_date", "-" ~ parameter("pre_days")) }} < first_spells.coverage_start
            as is_cut,
        greatest(
            {{ days_after("first_spells.adopted_date", "-" ~ parameter("pre_days")) }}, first_spells.coverage_start
        ) as first_day,
        least({{ days_after("first_spells.adopted_date", -1) }}, first_spells.last_known_day) as last_day
    from first_spells
    union all
    select
        first_spells.nominal_id,
        first_spells.cohort,
        first_spells.basis,
        'during' as window_name,
        first_spells.adopted_date < first_spells.coverage_start as is_cut,
        greatest(first_spells.adopted_date, first_spells.coverage_start) as first_day,
        least(coalesce(first_spells.end_date, {{ as_at() }}), first_spells.last_known_day) as last_day
    from first_spells
    union all
    select
        first_spells.nominal_id,
        first_spells.cohort,
        first_spells.basis,
        'post' as window_name,
        false as is_cut,
        greatest({{ days_after("first_spells.end_date", 1) }}, first_spells.coverage_start) as first_day,
        first_spells.last_known_day as last_day
    from first_spells
    where not first_spells.is_open
)

select
    windows.nominal_id,
    windows.cohort,
    windows.basis,
    windows.window_name,
    windows.is_cut,
    windows.first_day,
    windows.last_day,
    greatest({{ days_between("windows.first_day", "windows.last_day") }} + 1, 0) as days
from windows
