-- Which interventions the people of a cohort received (Surrey's Table 4): of everybody ever in the cohort. An
-- intervention is of its spell's cohort; one without a spell, of every cohort that the person was in on its day.
with memberships as (
    select
        periods.record_id,
        periods.nominal_id,
        periods.cohort,
        periods.kind,
        periods.start_date,
        periods.end_date
    from {{ ref("fct_management_periods") }} as periods
    where
        periods.is_in_cohort
        and periods.nominal_id is not null
        and periods.start_date <= {{ as_at() }}
),

received as (
    select
        interventions.intervention,
        interventions.nominal_id,
        spells.cohort
    from {{ ref("fct_interventions") }} as interventions
    inner join {{ ref("fct_cohort_spells") }} as spells on interventions.spell_id = spells.spell_id
    where interventions.nominal_id is not null
    union
    select
        interventions.intervention,
        interventions.nominal_id,
        memberships.cohort
    from {{ ref("fct_interventions") }} as interventions
    inner join memberships
        on
            interventions.nominal_id = memberships.nominal_id
            and memberships.start_date <= interventions.intervention_date
            and (memberships.end_date is null or memberships.end_date > interventions.intervention_date)
    where interventions.spell_id is null
),

members as (
    select memberships.cohort, memberships.nominal_id from memberships
    union
    select received.cohort, received.nominal_id from received
),

cohorts as (
    select
        members.cohort,
        count(*) as members
    from members
    group by members.cohort
),

counted as (
    select
        received.intervention,
        received.cohort,
        count(*) as nominals
    from received
    group by received.intervention, received.cohort
),

used as (
    select distinct counted.intervention from counted
)

select
    {{ as_at() }} as as_at,
    used.intervention,
    cohorts.cohort,
    cast(coalesce(counted.nominals, 0) as bigint) as nominals,
    100 * cast(coalesce(counted.nominals, 0) as double) / cast(cohorts.members as double) as nominals_pct,
    cast(cohorts.members as bigint) as cohort_nominals,
    types.title,
    types.type,
    types.reoffending_pathway
from used
cross join cohorts
left join counted on used.intervention = counted.intervention and cohorts.cohort = counted.cohort
left join {{ ref("dim_interventions") }} as types on used.intervention = types.intervention
