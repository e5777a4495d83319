-- Sanctions that OGRS3 left out: those on which the person was under the minimum age, and those of people of unknown age.
with sanctions as (
    select
        'formal' as basis,
        events.nominal_id,
        events.sanction_date
    from {{ ref("fct_sanctions") }} as events
    where events.nominal_id is not null
    union all
    select
        'recorded' as basis,
        offences.nominal_id,
        offences.recorded_date as sanction_date
    from {{ ref("fct_offences") }} as offences
    where offences.counted_until is null or offences.counted_until > {{ as_at() }}
),

days as (
    select distinct
        sanctions.basis,
        sanctions.nominal_id,
        sanctions.sanction_date
    from sanctions
),

judged as (
    select
        days.basis,
        days.nominal_id,
        case
            when nominals.date_of_birth is null then 'unknown_age'
            when
                {{ age_at("days.sanction_date", "nominals.date_of_birth") }} < {{ parameter("minimum_sanction_age") }}
                then 'under_age'
        end as reason
    from days
    inner join {{ ref("dim_nominals") }} as nominals on days.nominal_id = nominals.nominal_id
),

cases as (
    select 'formal' as basis, 'under_age' as reason
    union all select 'formal' as basis, 'unknown_age' as reason
    union all select 'recorded' as basis, 'under_age' as reason
    union all select 'recorded' as basis, 'unknown_age' as reason
)

select
    {{ as_at() }} as as_at,
    cases.basis,
    cases.reason,
    count(judged.nominal_id) as sanctions,
    count(distinct judged.nominal_id) as nominals
from cases
left join judged on cases.basis = judged.basis and cases.reason = judged.reason
group by cases.basis, cases.reason
