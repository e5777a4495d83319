select
    {{ as_at() }} as as_at,
    balance.cohort,
    balance.covariate,
    cast(balance.n_before as bigint) as n_before,
    cast(balance.n_after as bigint) as n_after,
    cast(balance.n_comparison as bigint) as n_comparison,
    balance.mean_adopted_before,
    balance.mean_comparison_before,
    balance.standardised_difference_before,
    balance.mean_adopted_after,
    balance.mean_comparison_after,
    balance.standardised_difference_after
from {{ ref("int_matching_balance") }} as balance
