select
    {{ as_at() }} as as_at,
    measured.baseline_run_date,
    measured.comparison_run_date,
    measured.sample,
    cast(measured.n_baseline as bigint) as n_baseline,
    cast(measured.n_comparison as bigint) as n_comparison,
    measured.mean_baseline,
    measured.sd_baseline,
    measured.mean_comparison,
    measured.sd_comparison,
    tested.wilcoxon_z,
    tested.wilcoxon_p,
    tested.ks_statistic,
    tested.ks_p,
    {{ is_mature("measured.comparison_run_date") }} as is_mature
from {{ ref("int_harm_changes_measured") }} as measured
left join {{ ref("int_harm_changes_tested") }} as tested
    on measured.comparison_run_index = tested.comparison_run_index and measured.sample = tested.sample
