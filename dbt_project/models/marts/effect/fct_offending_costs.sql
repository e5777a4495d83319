with estimates as (
    select 'low' as estimate
    union all select 'central' as estimate
    union all select 'high' as estimate
    union all select 'police' as estimate
    union all select 'criminal_justice' as estimate
    union all select 'not_split' as estimate
),

summed as (
    select
        reoffending.nominal_id,
        reoffending.cohort,
        estimates.estimate,
        {%- for window in ("pre", "during", "post") %}
        sum(case when costed.window_name = '{{ window }}' then costed.cost_gbp end) as cost_{{ window }}_gbp,
        sum(case when costed.window_name = '{{ window }}' then costed.offences_with_cost end) as offences_with_cost_{{ window }},
        {%- endfor %}
        count(*) as parts
    from {{ ref("fct_reoffending") }} as reoffending
    cross join estimates
    left join {{ ref("int_windows_costed") }} as costed
        on
            reoffending.nominal_id = costed.nominal_id
            and reoffending.cohort = costed.cohort
            and estimates.estimate = costed.estimate
    where reoffending.basis = 'recorded'
    group by reoffending.nominal_id, reoffending.cohort, estimates.estimate
)

select
    {{ as_at() }} as as_at,
    summed.nominal_id,
    summed.cohort,
    summed.estimate,
    cast(coalesce(summed.cost_pre_gbp, 0) as decimal(18, 2)) as cost_pre_gbp,
    cast(coalesce(summed.offences_with_cost_pre, 0) as bigint) as offences_with_cost_pre,
    cast(coalesce(summed.cost_during_gbp, 0) as decimal(18, 2)) as cost_during_gbp,
    cast(coalesce(summed.offences_with_cost_during, 0) as bigint) as offences_with_cost_during,
    cast(coalesce(summed.cost_post_gbp, 0) as decimal(18, 2)) as cost_post_gbp,
    cast(coalesce(summed.offences_with_cost_post, 0) as bigint) as offences_with_cost_post
from summed
