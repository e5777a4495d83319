-- How many of those who did most harm afterwards stood in the first ranks.
select
    captures.as_at,
    captures.run_date,
    captures.top_n,
    captures.share,
    captures.n_harmful,
    captures.is_mature
from {{ ref("fct_algorithm_captures") }} as captures
where captures.algorithm = 'hhpu'
