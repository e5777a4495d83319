-- How far apart two scores may be on each date to which an adoption looks back: a share of the sample standard deviation of all
-- scores ranked then. Sums are exact decimals, so they can be summed again, and the order of the rows does not matter.
with stretches as (
    select
        people.from_index,
        people.to_index,
        count(*) as scores,
        sum(people.score) as total,
        sum(people.score * people.score) as total_of_squares
    from {{ ref("int_match_people") }} as people
    group by people.from_index, people.to_index
),

needed as (
    select distinct adoptions.run_index
    from {{ ref("int_adoptions") }} as adoptions
),

sums as (
    select
        needed.run_index,
        cast(sum(stretches.scores) as bigint) as scores,
        cast(sum(stretches.total) as double) as total,
        cast(sum(stretches.total_of_squares) as double) as total_of_squares
    from needed
    inner join stretches on stretches.from_index <= needed.run_index and stretches.to_index > needed.run_index
    group by needed.run_index
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
