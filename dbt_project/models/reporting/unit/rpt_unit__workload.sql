-- People a manager, by offender management unit: people in open spells of the scheme, and the managers in post who hold
-- them. A column for each cohort of the contract.
{%- set cohorts = [
    "ppo", "hcco", "iom", "iom_fixed", "iom_flex", "iom_free", "visor", "hhpu", "da", "pdp", "violent_mappa", "cse",
    "ocg", "youth", "female",
] %}
with open_spells as (
    select
        periods.scheme,
        periods.person_id,
        periods.cohort,
        periods.manager_id
    from {{ ref("fct_management_periods") }} as periods
    where
        periods.kind = 'spell'
        and periods.start_date <= {{ as_at() }}
        and (periods.end_date is null or periods.end_date > {{ as_at() }})
),

counted as (
    select
        open_spells.scheme,
        count(distinct open_spells.person_id) as people,
        count(distinct managers.manager_id) as managers,
        {%- for cohort in cohorts %}
        count(distinct case when open_spells.cohort = '{{ cohort }}' then open_spells.person_id end)
            as people_{{ cohort }},
        {%- endfor %}
        count(distinct case when managers.mosovo_date <= {{ as_at() }} then managers.manager_id end)
            as trained_managers
    from open_spells
    left join {{ ref("dim_managers") }} as managers
        on open_spells.manager_id = managers.manager_id and {{ in_post("managers", as_at()) }}
    group by open_spells.scheme
)

select
    {{ as_at() }} as as_at,
    counted.scheme,
    counted.people,
    counted.managers,
    cast(counted.people as double) / nullif(cast(counted.managers as double), 0) as people_per_manager,
    {%- for cohort in cohorts %}
    counted.people_{{ cohort }},
    {%- endfor %}
    counted.trained_managers,
    cast(counted.people as double) / nullif(cast(counted.trained_managers as double), 0) as people_per_trained_manager
from counted
