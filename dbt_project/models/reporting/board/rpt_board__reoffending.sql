-- The honest before and after: the matched people beside their comparators, and what was to be expected without management.
-- Neither matched method alone keeps its false alarms to one in twenty (docs/methodology/effect.md): a board is told of a
-- fall or a rise only where both find it.
with whole as (
    select effects.*, {{ effect_verdict("effects") }} as verdict
    from {{ ref("fct_effects") }} as effects
    where effects.basis = 'recorded' and effects.window_months = 'whole'
),

matched as (
    select whole.*
    from whole
    where whole.method = 'expected_without_management'
),

side_by_side as (
    select whole.*
    from whole
    where whole.method = 'matched_difference'
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
    side_by_side.rate_ratio as difference_ratio,
    side_by_side.ci_low as difference_low,
    side_by_side.ci_high as difference_high,
    case when matched.verdict in ('too few', side_by_side.verdict) then matched.verdict else 'inconclusive' end as verdict
from matched
inner join counted on matched.cohort = counted.cohort
left join side_by_side on matched.cohort = side_by_side.cohort and matched.outcome = side_by_side.outcome
