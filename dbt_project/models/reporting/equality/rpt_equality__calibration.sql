-- Does the same place in the ranking mean the same later harm, by group.
select
    {{ as_at() }} as as_at,
    calibration.run_date,
    calibration.characteristic,
    calibration.group_name as {{ quoted("group") }},
    calibration.outcome,
    calibration.n_group as n,
    calibration.n_others,
    calibration.n_all_group - calibration.n_group as without_like,
    calibration.mean_group,
    calibration.mean_others,
    calibration.ratio,
    calibration.ci_low,
    calibration.ci_high,
    calibration.verdict
from {{ ref("fct_equality_calibration") }} as calibration
