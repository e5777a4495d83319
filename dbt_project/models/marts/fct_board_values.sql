-- The figures a board follows, each as known at the end of its month. What rests on a source that never came has no row: it
-- is not known, and no nought.
with months as (
    select
        month_ends.month_end,
        month_ends.month_start
    from {{ ref("int_month_ends") }} as month_ends
),

open_periods as (
    select
        months.month_end,
        periods.kind,
        periods.record_id,
        periods.person_id,
        periods.nominal_id,
        periods.manager_id
    from months
    inner join {{ ref("fct_management_periods") }} as periods
        on
            (periods.start_date is null or periods.start_date <= months.month_end)
            and (periods.end_date is null or periods.end_date > months.month_end)
),

counted as (
    select
        months.month_end,
        count(distinct open_periods.nominal_id) as managed_people,
        count(distinct case when open_periods.kind = 'registration' then open_periods.record_id end) as register
    from months
    left join open_periods on months.month_end = open_periods.month_end
    group by months.month_end
),

held as (
    select
        open_periods.month_end,
        open_periods.manager_id,
        count(distinct open_periods.person_id) as people
    from open_periods
    where open_periods.manager_id is not null
    group by open_periods.month_end, open_periods.manager_id
),

caseloads as (
    select
        months.month_end,
        count(*) as managers,
        sum(coalesce(held.people, 0)) as people
    from months
    inner join {{ ref("dim_managers") }} as managers
        on
            managers.start_date <= months.month_end
            and (managers.end_date is null or managers.end_date > months.month_end)
    left join held on months.month_end = held.month_end and managers.manager_id = held.manager_id
    where managers.role = 'offender_manager' or held.people is not null
    group by months.month_end
),

offending as (
    select
        months.month_end,
        count(*) as offences,
        sum(coalesce(offences.harm_days, 0)) as harm_days,
        count(offences.unit_cost_gbp) as priced,
        sum(coalesce(offences.unit_cost_gbp, 0)) as cost_gbp
    from months
    inner join {{ ref("fct_offences") }} as offences
        on
            offences.offence_date >= months.month_start
            and offences.offence_date <= months.month_end
            and offences.recorded_date <= months.month_end
            and (offences.counted_until is null or offences.counted_until > months.month_end)
    inner join {{ ref("int_managed_stretches") }} as stretches
        on
            offences.nominal_id = stretches.nominal_id
            and offences.offence_date >= stretches.first_day
            and offences.offence_date <= stretches.last_day
    group by months.month_end
),

entrants as (
    select
        months.month_end,
        count(distinct case when rankings.is_new_in_top_n then rankings.nominal_id end) as nominals,
        count(distinct rankings.run_date) as run_dates
    from months
    inner join {{ ref("fct_rankings") }} as rankings
        on rankings.run_date >= months.month_start and rankings.run_date <= months.month_end
    where rankings.is_scheduled and rankings.is_top_n and rankings.is_new_in_top_n is not null
    group by months.month_end
),

costs as (
    select
        months.month_end,
        count(*) as cost_rows,
        sum(unit_costs.amount_gbp) as amount_gbp
    from months
    inner join {{ ref("fct_unit_costs") }} as unit_costs
        on unit_costs.cost_date >= months.month_start and unit_costs.cost_date <= months.month_end
    where unit_costs.cost_type = 'running'
    group by months.month_end
),

figures as (
    select
        counted.month_end,
        'managed_people' as metric,
        cast(counted.managed_people as double) as value,
        counted.managed_people as n,
        counted.managed_people as events
    from counted
    where {{ management_delivered(ref("fct_deliveries")) }}
    union all
    select
        counted.month_end,
        'register' as metric,
        cast(counted.register as double) as value,
        counted.register as n,
        counted.register as events
    from counted
    where {{ delivered(ref("fct_deliveries"), "visor_summary") }}
    {%- for metric, measure in (
        ("offences_per_managed_person_year", "offences"),
        ("harm_days_per_managed_person_year", "harm_days"),
        ("offending_cost_gbp_per_managed_person_year", "cost_gbp"),
    ) %}
    union all
    select
        managed.month_end,
        '{{ metric }}' as metric,
        cast(coalesce(offending.{{ measure }}, 0) as double) * {{ parameter("rate_year_days") }}
        / cast(managed.managed_days as double) as value,
        managed.nominals as n,
        coalesce(offending.offences, 0) as events
    from {{ ref("int_managed_months") }} as managed
    left join offending on managed.month_end = offending.month_end
    {%- if measure == "cost_gbp" %}
    -- of offences of which none has a unit cost, the cost is not known: that month has no row
    where offending.offences is null or offending.priced > 0
    {%- endif %}
    {%- endfor %}
    union all
    select
        entrants.month_end,
        'new_high_harm_entrants' as metric,
        cast(entrants.nominals as double) as value,
        entrants.run_dates as n,
        entrants.nominals as events
    from entrants
    union all
    select
        caseloads.month_end,
        'caseload_per_manager' as metric,
        cast(caseloads.people as double) / cast(caseloads.managers as double) as value,
        caseloads.managers as n,
        caseloads.people as events
    from caseloads
    union all
    select
        costs.month_end,
        'unit_cost_gbp' as metric,
        cast(costs.amount_gbp as double) as value,
        costs.cost_rows as n,
        cast(null as bigint) as events
    from costs
)

select
    figures.month_end,
    figures.metric,
    figures.value,
    cast(figures.n as bigint) as n,
    cast(figures.events as bigint) as events
from figures
