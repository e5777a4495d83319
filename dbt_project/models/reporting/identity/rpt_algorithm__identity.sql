-- What the linkage model would change in the Top N, or has changed where it is in force.
select
    {{ as_at() }} as as_at,
    ranks.nominal_id,
    ranks.records,
    ranks.lowest_probability,
    ranks.rank,
    ranks.rank_by_model,
    ranks.weighted_harm_days,
    ranks.weighted_harm_days_by_model,
    case
        when ranks.is_top_n_by_model and not ranks.is_top_n then 'enters'
        when ranks.is_top_n and not ranks.is_top_n_by_model then 'leaves'
        when ranks.is_top_n then 'stays'
        else 'outside'
    end as change
from {{ ref("fct_identity_ranks") }} as ranks
