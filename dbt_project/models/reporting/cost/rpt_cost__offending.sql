-- Projected annual cost of offending before and during management, by scope, cohort and estimate, at naive rates (as in the
-- IDIOM table). Offences without a unit cost are left out and shown as a share; where none has one, there is no figure.
with scoped as (
    select
        'all_managed' as scope,
        costs.cohort,
        costs.estimate,
        costs.cost_pre_gbp,
        costs.cost_during_gbp + costs.cost_post_gbp as cost_during_gbp,
        costs.offences_with_cost_pre,
        costs.offences_with_cost_during + costs.offences_with_cost_post as offences_with_cost_during,
        reoffending.days_pre,
        reoffending.days_during + reoffending.days_post as days_during,
        reoffending.offences_pre,
        reoffending.offences_during + reoffending.offences_post as offences_during
    from {{ ref("fct_offending_costs") }} as costs
    inner join {{ ref("fct_reoffending") }} as reoffending
        on
            costs.nominal_id = reoffending.nominal_id
            and costs.cohort = reoffending.cohort
            and reoffending.basis = 'recorded'
    where costs.estimate in ('low', 'central', 'high')
    union all
    select
        'currently_managed' as scope,
        costs.cohort,
        costs.estimate,
        costs.cost_pre_gbp,
        costs.cost_during_gbp,
        costs.offences_with_cost_pre,
        costs.offences_with_cost_during,
        reoffending.days_pre,
        reoffending.days_during,
        reoffending.offences_pre,
        reoffending.offences_during
    from {{ ref("fct_offending_costs") }} as costs
    inner join {{ ref("fct_reoffending") }} as reoffending
        on
            costs.nominal_id = reoffending.nominal_id
            and costs.cohort = reoffending.cohort
            and reoffending.basis = 'recorded'
    where costs.estimate in ('low', 'central', 'high') and reoffending.is_currently_managed
),

sums as (
    select
        scoped.scope,
        scoped.cohort,
        scoped.estimate,
        count(*) as nominals,
        sum(scoped.cost_pre_gbp) as cost_pre_gbp,
        sum(scoped.cost_during_gbp) as cost_during_gbp,
        sum(scoped.days_pre) as days_pre,
        sum(scoped.days_during) as days_during,
        sum(scoped.offences_pre) as offences_pre,
        sum(scoped.offences_during) as offences_during,
        sum(scoped.offences_with_cost_pre) as priced_pre,
        sum(scoped.offences_with_cost_during) as priced_during
    from scoped
    group by scoped.scope, scoped.cohort, scoped.estimate
),

projected as (
    select
        sums.*,
        {{ projected_cost("sums.cost_pre_gbp", "sums.priced_pre", "sums.offences_pre", "sums.days_pre", "sums.nominals") }}
            as projected_pre,
        {{ projected_cost(
            "sums.cost_during_gbp", "sums.priced_during", "sums.offences_during", "sums.days_during", "sums.nominals"
        ) }} as projected_during,
        sums.offences_pre + sums.offences_during as offences,
        sums.priced_pre + sums.priced_during as priced
    from sums
)

select
    {{ as_at() }} as as_at,
    projected.scope,
    projected.cohort,
    projected.estimate,
    projected.nominals,
    {{ as_decimal("projected.projected_pre", 2) }} as cost_pre_gbp,
    {{ as_decimal("projected.projected_during", 2) }} as cost_during_gbp,
    {{ as_decimal("projected.projected_during - projected.projected_pre", 2) }} as difference_gbp,
    {{ as_decimal("projected.projected_pre / projected.nominals", 2) }} as cost_pre_per_nominal_gbp,
    {{ as_decimal("projected.projected_during / projected.nominals", 2) }} as cost_during_per_nominal_gbp,
    {{ as_decimal("(projected.projected_during - projected.projected_pre) / projected.nominals", 2) }}
        as difference_per_nominal_gbp,
    cast(projected.offences - projected.priced as double) / nullif(projected.offences, 0)
        as offences_without_cost_share,
    {{ parameter("price_year") }} as price_year
from projected
