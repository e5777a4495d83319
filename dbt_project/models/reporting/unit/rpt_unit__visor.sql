-- The register at as_at by division. A planned release or end that lies ahead has no effect yet.
{%- set before = days_after(as_at(), "-" ~ parameter("register_growth_days")) %}
with registrations as (
    select
        registrations.*,
        (registrations.registration_start is null or registrations.registration_start <= {{ as_at() }})
        and (registrations.registration_end is null or registrations.registration_end > {{ as_at() }}) as is_open,
        (registrations.registration_start is null or registrations.registration_start <= {{ before }})
        and (registrations.registration_end is null or registrations.registration_end > {{ before }}) as was_open,
        greatest(
            registrations.registration_start,
            case when registrations.release_date <= {{ as_at() }} then registrations.release_date end
        ) as arms_from_date
    from {{ ref("fct_visor_registrations") }} as registrations
),

counted as (
    select
        registrations.division,
        count(case when registrations.is_open then 1 end) as registrations,
        {%- for level in (1, 2, 3) %}
        count(case when registrations.is_open and registrations.mappa_level = '{{ level }}' then 1 end)
            as level_{{ level }},
        {%- endfor %}
        {%- for level in ("low", "medium", "high", "very_high") %}
        count(case when registrations.is_open and registrations.arms_level = '{{ level }}' then 1 end)
            as arms_{{ level }},
        {%- endfor %}
        count(case when registrations.is_open and registrations.arms_level is null then 1 end) as arms_unknown,
        count(case when registrations.was_open then 1 end) as registrations_before,
        count(
            case
                when
                    registrations.is_open
                    and {{ days_after("registrations.arms_from_date", parameter("arms_due_days")) }} < {{ as_at() }}
                    and coalesce(registrations.arms_date < registrations.arms_from_date, true)
                    then 1
            end
        ) as arms_overdue,
        count(
            case
                when
                    registrations.is_open
                    and registrations.next_visit_due < {{ as_at() }}
                    and coalesce(registrations.last_visit_date < registrations.next_visit_due, true)
                    then 1
            end
        ) as visits_overdue
    from registrations
    group by registrations.division
),

trained as (
    select
        managers.division,
        count(*) as trained_managers
    from {{ ref("dim_managers") }} as managers
    where
        managers.role = 'offender_manager'
        and {{ in_post("managers", as_at()) }}
        and managers.mosovo_date <= {{ as_at() }}
    group by managers.division
)

select
    {{ as_at() }} as as_at,
    counted.division,
    counted.registrations,
    counted.level_1,
    counted.level_2,
    counted.level_3,
    counted.arms_low,
    counted.arms_medium,
    counted.arms_high,
    counted.arms_very_high,
    counted.arms_unknown,
    counted.registrations_before,
    100 * cast(counted.registrations - counted.registrations_before as double)
    / nullif(cast(counted.registrations_before as double), 0) as growth_pct,
    case
        when {{ delivered(ref("fct_deliveries"), "idiom") }} then coalesce(trained.trained_managers, 0)
    end as trained_managers,
    cast(counted.registrations as double) / cast(trained.trained_managers as double) as per_trained_manager,
    counted.arms_overdue,
    counted.visits_overdue
from counted
left join trained on counted.division = trained.division
