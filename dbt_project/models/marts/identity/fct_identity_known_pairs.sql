-- The linkage model against what is known without it: of the pairs of nominals that are one person by a merge or a PNC
-- id, how many it would have found by names, date of birth and sex alone.
with known as (
    select
        one.nominal_id as left_id,
        other.nominal_id as right_id,
        'merged_into' as known_by
    from {{ ref("int_nominals_as_merged") }} as one
    inner join {{ ref("int_nominals_as_merged") }} as other
        on one.survivor_id = other.survivor_id and one.nominal_id < other.nominal_id
    union
    select
        one.nominal_id as left_id,
        other.nominal_id as right_id,
        'pnc_id' as known_by
    from {{ ref("int_nominals_as_merged") }} as one
    inner join {{ ref("int_nominals_as_merged") }} as other
        on one.pnc_id = other.pnc_id and one.survivor_id <> other.survivor_id and one.nominal_id < other.nominal_id
),

-- Either nominal may stand on the left of a scored pair. It is put in the order of ids, so that DuckDB joins by a hash.
scored as (
    select
        least(pairs.source_id, pairs.nominal_source_id) as left_id,
        greatest(pairs.source_id, pairs.nominal_source_id) as right_id,
        pairs.probability
    from {{ ref("int_identity_pairs_scored") }} as pairs
    where pairs.kind = 'nominal'
),

found as (
    select
        known.known_by,
        scored.probability
    from known
    left join scored on known.left_id = scored.left_id and known.right_id = scored.right_id
)

select
    found.known_by,
    count(*) as pairs,
    count(case when found.probability >= {{ parameter("identity_automatic_probability") }} then 1 end) as found_automatic,
    count(
        case
            when
                found.probability >= {{ parameter("identity_review_probability") }}
                and found.probability < {{ parameter("identity_automatic_probability") }}
                then 1
        end
    ) as found_review
from found
group by found.known_by
