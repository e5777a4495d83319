-- The parameters that the board pack speaks of.
select
    {{ as_at() }} as as_at,
    parameters.parameter,
    cast(parameters.value as double) as value,
    parameters.unit,
    parameters.description,
    parameters.source
from {{ ref("dim_parameters") }} as parameters
where
    parameters.parameter in (
        'top_n', 'confidence_level', 'minimum_nominals_for_verdict', 'match_comparators', 'control_limit_factor',
        'trend_months', 'max_caseload', 'high_risk_share_pct', 'pre_days', 'bootstrap_draws', 'equality_minimum_n',
        'prison_place_gbp_year', 'run_interval_days'
    )
