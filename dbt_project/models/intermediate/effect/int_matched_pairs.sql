-- For each adoption the comparators: never considered and at liberty on the date, same sex, of like age and recent
-- offending, nearest in score within the caliper; with replacement. Both sides carry the number of the caliper-wide strip
-- that their score lies in: a comparator lies in the same strip or a neighbouring one, so pairs are looked up, not scanned.
with people as (
    select
        matchable.*,
        calipers.caliper,
        cast(coalesce(floor(cast(matchable.score as double) / nullif(calipers.caliper, 0)), 0) as bigint) as strip
    from {{ ref("int_match_people") }} as matchable
    inner join {{ ref("int_score_calipers") }} as calipers on matchable.run_index = calipers.run_index
),

adopted as (
    select
        people.*,
        adoptions.adopted_date,
        people.strip + strips.n as comparator_strip
    from {{ ref("int_adoptions") }} as adoptions
    inner join people on adoptions.nominal_id = people.nominal_id and adoptions.run_index = people.run_index
    cross join {{ numbers(-1, 1) }} as strips
),

candidates as (
    select
        adopted.nominal_id,
        adopted.adopted_date,
        adopted.run_index,
        adopted.run_date,
        comparators.nominal_id as comparator_id,
        adopted.sex,
        adopted.score,
        comparators.score as comparator_score,
        abs(comparators.score - adopted.score) as score_difference,
        adopted.caliper,
        adopted.age,
        comparators.age as comparator_age,
        adopted.recent_offences,
        comparators.recent_offences as comparator_recent_offences
    from adopted
    inner join people as comparators
        on
            adopted.run_index = comparators.run_index
            and adopted.sex = comparators.sex
            and adopted.comparator_strip = comparators.strip
    where
        comparators.is_comparable
        and adopted.nominal_id <> comparators.nominal_id
        and cast(abs(comparators.score - adopted.score) as double) <= adopted.caliper
        and abs(adopted.age - comparators.age) <= {{ parameter("match_age_years") }}
        and abs(adopted.recent_offences - comparators.recent_offences) <= greatest(
            cast({{ parameter("match_offences_minimum") }} as decimal(18, 4)),
            {{ decimal_parameter("match_offences_share") }} * adopted.recent_offences
        )
),

positioned as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.nominal_id, candidates.adopted_date
            order by candidates.score_difference asc, candidates.comparator_id asc
        ) as position
    from candidates
)

select
    positioned.*,
    count(*) over (partition by positioned.nominal_id, positioned.adopted_date) as comparators
from positioned
where positioned.position <= {{ parameter("match_comparators") }}
