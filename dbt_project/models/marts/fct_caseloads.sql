-- How many people each manager holds: at as_at from the open spells and registrations, before it from the censuses.
with held as (
    select
        periods.manager_id,
        periods.person_id,
        max(case when periods.is_high_risk then 1 else 0 end) as is_high_risk
    from {{ ref("fct_management_periods") }} as periods
    where
        periods.manager_id is not null
        and (periods.start_date is null or periods.start_date <= {{ as_at() }})
        and (periods.end_date is null or periods.end_date > {{ as_at() }})
    group by periods.manager_id, periods.person_id
),

counted as (
    select
        held.manager_id,
        count(*) as offenders_managed,
        sum(held.is_high_risk) as high_risk_managed
    from held
    group by held.manager_id
),

censuses as (
    select
        {{ as_at() }} as census_date,
        managers.manager_id,
        coalesce(counted.offenders_managed, 0) as offenders_managed,
        coalesce(counted.high_risk_managed, 0) as high_risk_managed,
        managers.max_caseload,
        'open_spells' as source
    from {{ ref("dim_managers") }} as managers
    left join counted on managers.manager_id = counted.manager_id
    where
        managers.start_date <= {{ as_at() }}
        and (managers.end_date is null or managers.end_date > {{ as_at() }})
        and (managers.role = 'offender_manager' or counted.manager_id is not null)
    union all
    select
        earlier.census_date,
        earlier.manager_id,
        earlier.offenders_managed,
        earlier.high_risk_managed,
        managers.max_caseload,
        'caseload_history' as source
    from {{ ref("fct_caseload_censuses") }} as earlier
    left join {{ ref("dim_managers") }} as managers on earlier.manager_id = managers.manager_id
    where earlier.census_date < {{ as_at() }}
),

limited as (
    select
        censuses.census_date,
        censuses.manager_id,
        censuses.offenders_managed,
        censuses.high_risk_managed,
        coalesce(censuses.max_caseload, {{ parameter("max_caseload") }}) as max_caseload,
        censuses.source
    from censuses
)

select
    limited.census_date,
    limited.manager_id,
    cast(limited.offenders_managed as bigint) as offenders_managed,
    cast(limited.high_risk_managed as bigint) as high_risk_managed,
    cast(limited.max_caseload as bigint) as max_caseload,
    100 * cast(limited.offenders_managed as double) / nullif(cast(limited.max_caseload as double), 0) as capacity_pct,
    100 * cast(limited.high_risk_managed as double) / nullif(cast(limited.offenders_managed as double), 0)
        as high_risk_pct,
    limited.offenders_managed > limited.max_caseload as is_over_capacity,
    100 * limited.high_risk_managed > {{ parameter("high_risk_share_pct") }} * limited.offenders_managed
        as is_over_30_pct_high_risk,
    limited.source
from limited
