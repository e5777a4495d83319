-- Does a better rank go with more harm in the year after? Rank 1 is the highest, so a ranking that works has
-- negative correlations.
select
    correlations.as_at,
    correlations.run_date,
    correlations.population,
    correlations.top_n,
    correlations.n,
    correlations.spearman_harm,
    correlations.spearman_harm_p,
    correlations.spearman_offences,
    correlations.spearman_offences_p,
    correlations.is_mature
from {{ ref("fct_algorithm_correlations") }} as correlations
where correlations.algorithm = 'hhpu'
