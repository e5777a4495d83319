-- Nobody may be ranked on a score that is not a number. A person without a score (no sanction above the minimum age) is
-- ranked last, and allowed.
select rankings.run_date, rankings.nominal_id, rankings.score
from {{ ref("fct_rankings") }} as rankings
where
    not coalesce(rankings.score >= 0 and rankings.score < 1e6, rankings.score is null)
    or not coalesce(rankings.risk_probability > 0 and rankings.risk_probability < 1, rankings.risk_probability is null)
