-- The honest before and after: the matched people beside their comparators, and what was to be expected without management.
with matched as (
    select effects.*
    from {{ ref("fct_effects") }} as effects
    where
        effects.basis = 'recorded'
        and effects.method = 'expected_without_management'
        and effects.window_months = 'whole'
),

counted as (
    select
        matched.cohort,
        matched.events_pre as offences_pre,
        matched.events_during as offences_during
    from matched
    where matched.outcome = 'offences'
)

select
    {{ as_at() }} as as_at,
    matched.cohort,
    matched.outcome,
    matched.n as nominals,
    matched.n_comparison as comparators,
    cast(counted.offences_pre as bigint) as offences_pre,
    cast(counted.offences_during as bigint) as offences_during,
    matched.rate_pre,
    matched.rate_during,
    matched.comparison_rate_pre,
    matched.comparison_rate_during,
    matched.rate_during / nullif(matched.rate_ratio, 0) as expected_rate,
    matched.rate_during / nullif(matched.ci_high, 0) as expected_low,
    matched.rate_during / nullif(matched.ci_low, 0) as expected_high,
    matched.rate_ratio,
    matched.ci_low,
    matched.ci_high,
    {{ effect_verdict("matched") }} as verdict
from matched
inner join counted on matched.cohort = counted.cohort
