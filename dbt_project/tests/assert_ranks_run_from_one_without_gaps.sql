select
    rankings.run_date,
    count(*) as people,
    min(rankings.rank) as first_rank,
    max(rankings.rank) as last_rank,
    count(distinct rankings.rank) as ranks
from {{ ref("fct_rankings") }} as rankings
group by rankings.run_date
having min(rankings.rank) <> 1 or max(rankings.rank) <> count(*) or count(distinct rankings.rank) <> count(*)
