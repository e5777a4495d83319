with explained as (
    select
        explanations.run_date,
        explanations.nominal_id,
        sum(explanations.contribution) as total
    from {{ ref("fct_ranking_explanations") }} as explanations
    group by explanations.run_date, explanations.nominal_id
)

select
    explained.run_date,
    explained.nominal_id,
    explained.total,
    rankings.score
from explained
full outer join (
    select ranked.*
    from {{ ref("fct_rankings") }} as ranked
    where ranked.rank <= {{ parameter("explained_n") }} and ranked.score is not null
) as rankings on explained.run_date = rankings.run_date and explained.nominal_id = rankings.nominal_id
where explained.total is null or rankings.score is null or abs(explained.total - rankings.score) > 1e-9
