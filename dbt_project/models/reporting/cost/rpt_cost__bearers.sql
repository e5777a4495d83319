-- Who bears the central cost of rpt_cost__offending, as far as the source splits it: the police, the rest of criminal
-- justice, and what it leaves together (victims, health services and everything that it does not split off). Where it splits
-- nothing of what was done, nothing is known of the first two.
with scoped as (
    select
        'all_managed' as scope,
        costs.cohort,
        costs.estimate as bearer,
        costs.cost_pre_gbp,
        costs.cost_during_gbp + costs.cost_post_gbp as cost_during_gbp,
        costs.offences_with_cost_pre as priced_pre,
        costs.offences_with_cost_during + costs.offences_with_cost_post as priced_during,
        reoffending.offences_pre,
        reoffending.offences_during + reoffending.offences_post as offences_during,
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
        costs.offences_with_cost_pre as priced_pre,
        costs.offences_with_cost_during as priced_during,
        reoffending.offences_pre,
        reoffending.offences_during,
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
    {%- for window in ("pre", "during") %}
    {{ as_decimal(
        projected_cost(
            "sum(scoped.cost_" ~ window ~ "_gbp)", "sum(scoped.priced_" ~ window ~ ")", "sum(scoped.offences_" ~ window ~ ")",
            "sum(scoped.days_" ~ window ~ ")", "count(*)"
        ), 2
    ) }} as cost_{{ window }}_gbp{{ "," if not loop.last }}
    {%- endfor %}
from scoped
group by scoped.scope, scoped.cohort, scoped.bearer
