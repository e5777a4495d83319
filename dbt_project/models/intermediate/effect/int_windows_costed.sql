-- Cost of the recorded offences of each window by estimate and bearer, and how many offences have such a cost.
select
    windows.nominal_id,
    windows.cohort,
    windows.window_name,
    costs.estimate,
    cast(sum(costs.cost_gbp) as decimal(18, 2)) as cost_gbp,
    count(costs.cost_gbp) as offences_with_cost
from {{ ref("int_windows") }} as windows
inner join {{ ref("int_offending_events") }} as events
    on
        windows.nominal_id = events.nominal_id
        and windows.basis = events.basis
        and events.offence_date >= windows.first_day
        and events.offence_date <= windows.last_day
inner join {{ ref("int_costs_by_estimate") }} as costs on events.ho_code = costs.ho_code
where windows.basis = 'recorded'
group by windows.nominal_id, windows.cohort, windows.window_name, costs.estimate
