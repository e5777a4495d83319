-- How far apart two scores may be on each date: a share of the sample standard deviation of all scores ranked then. Sums
-- are exact decimals, so the order of the rows does not matter.
with sums as (
    select
        people.run_index,
        count(*) as scores,
        cast(sum(people.score) as double) as total,
        cast(sum(people.score * people.score) as double) as total_of_squares
    from {{ ref("int_match_people") }} as people
    group by people.run_index
)

select
    sums.run_index,
    sums.scores,
    case
        when sums.scores > 1
            then sqrt(greatest((sums.total_of_squares - sums.total * sums.total / sums.scores) / (sums.scores - 1), 0.0))
    end as score_sd,
    case
        when sums.scores > 1
            then
                {{ parameter("match_score_sd") }}
                * sqrt(greatest((sums.total_of_squares - sums.total * sums.total / sums.scores) / (sums.scores - 1), 0.0))
    end as caliper
from sums
