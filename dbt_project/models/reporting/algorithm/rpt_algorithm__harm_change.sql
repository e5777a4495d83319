-- Did the people at the top of the list do less harm later? The top of the baseline against that of later dates, and
-- those in both.
select
    changes.as_at,
    changes.baseline_run_date,
    changes.comparison_run_date,
    changes.sample,
    changes.n_baseline,
    changes.n_comparison,
    changes.mean_baseline,
    changes.sd_baseline,
    changes.mean_comparison,
    changes.sd_comparison,
    changes.wilcoxon_z,
    changes.wilcoxon_p,
    changes.ks_statistic,
    changes.ks_p,
    changes.is_mature
from {{ ref("fct_algorithm_harm_changes") }} as changes
