-- Rate ratios with their intervals and the verdict that the interval allows; the rule was fixed before the figures.
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
    case
        when effects.n < {{ parameter("minimum_nominals_for_verdict") }} then 'too few'
        when effects.ci_high < 1.0 then 'evidence of a fall'
        when effects.ci_low > 1.0 then 'evidence of a rise'
        else 'inconclusive'
    end as verdict
from {{ ref("fct_effects") }} as effects
