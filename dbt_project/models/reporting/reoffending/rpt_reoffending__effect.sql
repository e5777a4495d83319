-- Rate ratios with their intervals and the verdict that the interval allows.
select
    effects.as_at,
    effects.cohort,
    effects.basis,
    effects.outcome,
    effects.method,
    effects.window_months,
    effects.rate_ratio,
    effects.ci_low,
    effects.ci_high,
    effects.n,
    effects.n_comparison,
    {{ effect_verdict("effects") }} as verdict
from {{ ref("fct_effects") }} as effects
