-- Spearman's rank correlation between the place in an ordering and what followed, average ranks for ties: the
-- product-moment correlation of the ranks. Ranks are doubled and taken from their mean, which makes them whole
-- numbers: all sums are exact, and the only roundings are one division and one square root. Null below three people,
-- or where everybody did the same.
with centred as (
    select
        grouped.run_index,
        grouped.algorithm,
        grouped.top_n,
        grouped.population,
        grouped.outcome,
        grouped.people,
        grouped.position_sum,
        cast(sum(grouped.people) over sample as bigint) as n,
        2 * cast(sum(grouped.people) over sample_so_far as bigint)
        - grouped.people - cast(sum(grouped.people) over sample as bigint) as value_rank
    from {{ ref("int_rank_value_groups") }} as grouped
    window
        sample as (
            partition by grouped.run_index, grouped.algorithm, grouped.top_n, grouped.population, grouped.outcome
        ),
        sample_so_far as (
            partition by grouped.run_index, grouped.algorithm, grouped.top_n, grouped.population, grouped.outcome
            order by grouped.value asc rows between unbounded preceding and current row
        )
),

summed as (
    select
        centred.run_index,
        centred.algorithm,
        centred.top_n,
        centred.population,
        centred.outcome,
        max(centred.n) as n,
        -- the places are 1..n: their doubled, centred squares sum to n (n * n - 1) / 3
        max(cast(centred.n as double) * (cast(centred.n as double) * centred.n - 1) / 3.0) as place_squares,
        cast(sum(centred.people * centred.value_rank * centred.value_rank) as double) as value_squares,
        cast(sum(centred.value_rank * (2 * centred.position_sum - centred.people * (centred.n + 1))) as double) as products
    from centred
    group by centred.run_index, centred.algorithm, centred.top_n, centred.population, centred.outcome
)

select
    summed.run_index,
    summed.algorithm,
    summed.top_n,
    summed.population,
    summed.outcome,
    summed.n,
    case
        when summed.n >= 3 and summed.value_squares > 0
            then greatest(-1.0, least(1.0, summed.products / sqrt(summed.place_squares * summed.value_squares)))
    end as spearman
from summed
