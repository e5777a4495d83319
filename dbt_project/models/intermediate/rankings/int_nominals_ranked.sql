-- Ranks 1..n at each run date. Every tie-breaker stands in the macro ranking_order.
with ranked as (
    select
        scored.*,
        row_number() over (
            partition by scored.run_index
            order by
                {{ ranking_order("scored") }}
        ) as rank
    from {{ ref("int_nominals_scored") }} as scored
),

before as (
    select
        ranked.*,
        lag(ranked.rank) over person as rank_before,
        lag(ranked.run_index) over person as run_index_before,
        lag(ranked.age_sex_term) over person as age_sex_term_before
    from ranked
    window person as (partition by ranked.nominal_id order by ranked.run_index)
)

select
    before.*,
    case when before.run_index_before = before.run_index - 1 then before.rank_before end as previous_rank,
    before.rank <= {{ parameter("top_n") }} as is_top_n
from before
