-- Who bears the central cost of rpt_cost__offending, as far as the source splits it: the police, the rest of criminal
-- justice, and what it leaves together (victims, health services and everything that it does not split off).
with scoped as (
    select
        'all_managed' as scope,
        costs.cohort,
        costs.estimate as bearer,
        costs.cost_pre_gbp,
        costs.cost_during_gbp + costs.cost_post_gbp as cost_during_gbp,
        reoffending.days_pre,
        reoffending.days_during + reoffending.days_post as days_during
    from {{ ref("fct_offending_costs") }} as costs
    inner join {{ ref("fct_reoffending") }} as reoffending
        on
            costs.nominal_id = reoffending.nominal_id
            and costs.cohort = reoffending.cohort
            and reoffending.basis = 'recorded'
    where costs.estimate in ('police', 'criminal_justice', 'not_split')
    union all
    select
        'currently_managed' as scope,
        costs.cohort,
        costs.estimate as bearer,
        costs.cost_pre_gbp,
        costs.cost_during_gbp,
        reoffending.days_pre,
        reoffending.days_during
    from {{ ref("fct_offending_costs") }} as costs
    inner join {{ ref("fct_reoffending") }} as reoffending
        on
            costs.nominal_id = reoffending.nominal_id
            and costs.cohort = reoffending.cohort
            and reoffending.basis = 'recorded'
    where costs.estimate in ('police', 'criminal_justice', 'not_split') and reoffending.is_currently_managed
)

select
    {{ as_at() }} as as_at,
    scoped.scope,
    scoped.cohort,
    scoped.bearer,
    {{ as_decimal(projected_annual("sum(scoped.cost_pre_gbp)", "sum(scoped.days_pre)", "count(*)"), 2) }}
        as cost_pre_gbp,
    {{ as_decimal(projected_annual("sum(scoped.cost_during_gbp)", "sum(scoped.days_during)", "count(*)"), 2) }}
        as cost_during_gbp
from scoped
group by scoped.scope, scoped.cohort, scoped.bearer
