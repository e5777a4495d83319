-- The table that IDIOM prints, with its naive rates: projected annual figures before, and during (with after, where all
-- who were ever managed are in scope). Of offences of which none has a unit cost, the cost is not known.
with scoped as (
    select
        'all_managed' as scope,
        reoffending.nominal_id,
        reoffending.cohort,
        reoffending.basis,
        reoffending.days_pre,
        reoffending.offences_pre,
        reoffending.cost_gbp_pre,
        reoffending.offences_pre - reoffending.offences_without_cost_pre as priced_pre,
        reoffending.days_during + reoffending.days_post as days_during,
        reoffending.offences_during + reoffending.offences_post as offences_during,
        reoffending.cost_gbp_during + reoffending.cost_gbp_post as cost_gbp_during,
        reoffending.offences_during - reoffending.offences_without_cost_during
        + reoffending.offences_post - reoffending.offences_without_cost_post as priced_during
    from {{ ref("fct_reoffending") }} as reoffending
    union all
    select
        'currently_managed' as scope,
        reoffending.nominal_id,
        reoffending.cohort,
        reoffending.basis,
        reoffending.days_pre,
        reoffending.offences_pre,
        reoffending.cost_gbp_pre,
        reoffending.offences_pre - reoffending.offences_without_cost_pre as priced_pre,
        reoffending.days_during,
        reoffending.offences_during,
        reoffending.cost_gbp_during,
        reoffending.offences_during - reoffending.offences_without_cost_during as priced_during
    from {{ ref("fct_reoffending") }} as reoffending
    where reoffending.is_currently_managed
),

sums as (
    select
        scoped.scope,
        scoped.cohort,
        scoped.basis,
        count(*) as nominals,
        count(case when nominals.sex = 'M' then 1 end) as male,
        count(case when nominals.sex = 'F' then 1 end) as female,
        count(case when nominals.sex = 'U' then 1 end) as unknown_sex,
        sum(scoped.days_pre) as days_pre,
        sum(scoped.days_during) as days_during,
        sum(scoped.offences_pre) as offences_pre,
        sum(scoped.offences_during) as offences_during,
        sum(scoped.cost_gbp_pre) as cost_gbp_pre,
        sum(scoped.cost_gbp_during) as cost_gbp_during,
        sum(scoped.priced_pre) as priced_pre,
        sum(scoped.priced_during) as priced_during
    from scoped
    inner join {{ ref("dim_nominals") }} as nominals on scoped.nominal_id = nominals.nominal_id
    group by scoped.scope, scoped.cohort, scoped.basis
),

projected as (
    select
        sums.scope,
        sums.cohort,
        sums.basis,
        sums.nominals,
        sums.male,
        sums.female,
        sums.unknown_sex,
        {{ projected_annual("sums.offences_pre", "sums.days_pre", "sums.nominals") }} as offences_pre,
        {{ projected_annual("sums.offences_during", "sums.days_during", "sums.nominals") }} as offences_during,
        {{ projected_cost("sums.cost_gbp_pre", "sums.priced_pre", "sums.offences_pre", "sums.days_pre", "sums.nominals") }}
            as cost_pre,
        {{ projected_cost(
            "sums.cost_gbp_during", "sums.priced_during", "sums.offences_during", "sums.days_during", "sums.nominals"
        ) }} as cost_during
    from sums
)

select
    {{ as_at() }} as as_at,
    projected.scope,
    projected.cohort,
    projected.basis,
    projected.nominals,
    projected.male,
    projected.female,
    projected.unknown_sex,
    projected.offences_pre,
    projected.offences_during,
    projected.offences_during - projected.offences_pre as offences_difference,
    100.0 * (projected.offences_during - projected.offences_pre) / nullif(projected.offences_pre, 0)
        as offences_difference_pct,
    projected.offences_pre / projected.nominals as offences_pre_per_nominal,
    projected.offences_during / projected.nominals as offences_during_per_nominal,
    (projected.offences_during - projected.offences_pre) / projected.nominals as offences_difference_per_nominal,
    {{ as_decimal("projected.cost_pre", 2) }} as cost_pre,
    {{ as_decimal("projected.cost_during", 2) }} as cost_during,
    {{ as_decimal("projected.cost_during - projected.cost_pre", 2) }} as cost_difference,
    100.0 * (projected.cost_during - projected.cost_pre) / nullif(projected.cost_pre, 0) as cost_difference_pct,
    {{ as_decimal("projected.cost_pre / projected.nominals", 2) }} as cost_pre_per_nominal,
    {{ as_decimal("projected.cost_during / projected.nominals", 2) }} as cost_during_per_nominal,
    {{ as_decimal("(projected.cost_during - projected.cost_pre) / projected.nominals", 2) }}
        as cost_difference_per_nominal
from projected
