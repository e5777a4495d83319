-- Who is left out of what, record by record: a reason, the figures that it concerns, and who.
with first_spells as (
    select
        spells.nominal_id,
        spells.cohort,
        spells.adopted_date,
        adoptions.run_index
    from {{ ref("int_first_spells") }} as spells
    inner join {{ ref("int_adoptions") }} as adoptions
        on spells.nominal_id = adoptions.nominal_id and spells.adopted_date = adoptions.adopted_date
),

unlinked as (
    select 'spell_not_linked' as reason, spells.cohort, linked.spell_id as record_id
    from {{ ref("int_cohort_spells_linked") }} as linked
    inner join {{ ref("stg_idiom__cohort_spells") }} as spells on linked.spell_id = spells.spell_id
    where linked.nominal_id is null
    union all
    select 'registration_not_linked' as reason, 'visor' as cohort, linked.visor_id as record_id
    from {{ ref("int_registrations_linked") }} as linked
    where linked.nominal_id is null
),

no_start as (
    select distinct 'registration_without_start' as reason, cohorts.cohort, linked.nominal_id as record_id
    from {{ ref("int_registrations_linked") }} as linked
    inner join {{ ref("stg_visor_summary__registrations") }} as registrations
        on linked.visor_id = registrations.visor_id
    cross join (select 'visor' as cohort union all select 'all' as cohort) as cohorts
    left join {{ ref("int_first_spells") }} as spells
        on linked.nominal_id = spells.nominal_id and cohorts.cohort = spells.cohort
    where linked.nominal_id is not null and registrations.registration_start is null and spells.nominal_id is null
),

unmatched as (
    select
        case
            when first_spells.run_index is null then 'adopted_before_first_run_date'
            when people.nominal_id is null then 'not_ranked_before_adoption'
            else 'no_comparator'
        end as reason,
        first_spells.cohort,
        first_spells.nominal_id as record_id
    from first_spells
    left join {{ ref("int_match_people") }} as people
        on
            first_spells.nominal_id = people.nominal_id
            and first_spells.run_index >= people.from_index
            and first_spells.run_index < people.to_index
    left join {{ ref("int_matched_pairs") }} as pairs
        on
            first_spells.nominal_id = pairs.nominal_id
            and first_spells.adopted_date = pairs.adopted_date
            and pairs.position = 1
    where pairs.nominal_id is null
),

few_days as (
    select 'few_days_at_risk' as reason, people.cohort, people.nominal_id as record_id
    from {{ ref("int_effect_people") }} as people
    where people.basis = 'recorded' and people.window_months = 'whole' and not people.has_enough_days_at_risk
),

too_young as (
    {%- for window in effect_windows() if window != "whole" %}
    select
        'followed_under_{{ window }}_months' as reason,
        spells.cohort,
        spells.nominal_id as record_id
    from {{ ref("int_first_spells") }} as spells
    where {{ months_after("spells.adopted_date", window) }} > {{ as_at() }}
    union all
    {%- endfor %}
    select 'not_matured_12_months' as reason, spells.cohort, spells.nominal_id as record_id
    from {{ ref("int_first_spells") }} as spells
    where {{ days_after("spells.adopted_date", parameter("reoffending_days")) }} > {{ as_at() }}
    union all
    select 'not_matured_proven' as reason, spells.cohort, spells.nominal_id as record_id
    from {{ ref("int_first_spells") }} as spells
    where {{ days_after("spells.adopted_date", parameter("proven_matured_days")) }} > {{ as_at() }}
),

never_free as (
    select 'never_at_liberty' as reason, spells.cohort, spells.nominal_id as record_id
    from {{ ref("int_first_spells") }} as spells
    left join {{ ref("int_survival_times") }} as times
        on spells.nominal_id = times.nominal_id and spells.cohort = times.cohort
    where times.nominal_id is null
),

everything as (
    select unlinked.* from unlinked
    union all
    select unlinked.reason, 'all' as cohort, unlinked.record_id from unlinked
    union all
    select no_start.* from no_start
    union all
    select unmatched.* from unmatched
    union all
    select few_days.* from few_days
    union all
    select too_young.* from too_young
    union all
    select never_free.* from never_free
)

select
    everything.reason,
    everything.cohort,
    everything.record_id
from everything
