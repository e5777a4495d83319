-- Are adopted people and their comparators alike? Means, and differences in standard deviations, before and after matching.
select
    balance.as_at,
    balance.cohort,
    balance.covariate,
    balance.n_before,
    balance.n_after,
    balance.n_comparison,
    balance.mean_adopted_before,
    balance.mean_comparison_before,
    balance.standardised_difference_before,
    balance.mean_adopted_after,
    balance.mean_comparison_after,
    balance.standardised_difference_after,
    abs(balance.standardised_difference_after) <= {{ parameter("balance_limit") }} as is_balanced
from {{ ref("fct_matching_balance") }} as balance
