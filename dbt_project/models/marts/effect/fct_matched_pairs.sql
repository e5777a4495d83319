select
    {{ as_at() }} as as_at,
    pairs.nominal_id,
    pairs.adopted_date,
    pairs.run_date,
    pairs.comparator_id,
    cast(pairs.position as bigint) as position,
    cast(pairs.comparators as bigint) as comparators,
    1.0 / cast(pairs.comparators as double) as weight,
    pairs.sex,
    cast(pairs.score as double) as score,
    cast(pairs.comparator_score as double) as comparator_score,
    cast(pairs.score_difference as double) as score_difference,
    pairs.caliper,
    cast(pairs.age as bigint) as age,
    cast(pairs.comparator_age as bigint) as comparator_age,
    cast(pairs.recent_offences as bigint) as recent_offences,
    cast(pairs.comparator_recent_offences as bigint) as comparator_recent_offences
from {{ ref("int_matched_pairs") }} as pairs
