select
    {{ as_at() }} as as_at,
    estimated.cohort,
    estimated.basis,
    estimated.outcome,
    estimated.method,
    estimated.window_months,
    estimated.rate_ratio,
    nullif(intervals.ci_low, cast('nan' as double)) as ci_low,
    nullif(intervals.ci_high, cast('nan' as double)) as ci_high,
    cast(estimated.n as bigint) as n,
    cast(estimated.n_comparison as bigint) as n_comparison,
    cast(estimated.events_pre as double) as events_pre,
    cast(estimated.events_during as double) as events_during,
    estimated.rate_pre,
    estimated.rate_during,
    estimated.comparison_rate_pre,
    estimated.comparison_rate_during
from {{ ref("int_effects_estimated") }} as estimated
left join {{ ref("int_effect_intervals") }} as intervals
    on
        estimated.cohort = intervals.cohort
        and estimated.basis = intervals.basis
        and estimated.outcome = intervals.outcome
        and estimated.method = intervals.method
        and estimated.window_months = intervals.window_months
