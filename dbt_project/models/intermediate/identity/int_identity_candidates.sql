-- Pairs of people that may be one (kind `nominal`, the lower id on the left), and rows of other sources that nobody's
-- identifiers name with the people whom they may be about: each pair once, by its most probable records.
with pnc_ids as (
    select distinct
        merged.survivor_id as nominal_id,
        merged.pnc_id
    from {{ ref("int_nominals_as_merged") }} as merged
    where merged.pnc_id is not null
),

shared as (
    select distinct
        'nominal' as kind,
        one.nominal_id as left_id,
        other.nominal_id as right_id
    from pnc_ids as one
    inner join pnc_ids as other on one.pnc_id = other.pnc_id and one.nominal_id < other.nominal_id
    union
    select
        sightings.kind,
        sightings.source_id as left_id,
        pnc_ids.nominal_id as right_id
    from {{ ref("int_identity_sightings") }} as sightings
    inner join pnc_ids on sightings.pnc_id = pnc_ids.pnc_id
    where sightings.nominal_id is null
),

paired as (
    select
        scored.kind,
        case
            when scored.kind <> 'nominal' then scored.source_id
            else least(scored.known_nominal_id, scored.nominal_id)
        end as left_id,
        case
            when scored.kind <> 'nominal' then scored.nominal_id
            else greatest(scored.known_nominal_id, scored.nominal_id)
        end as right_id,
        scored.record_id,
        scored.nominal_record_id,
        scored.probability,
        {{ comparison_in_words("scored") }} as comparison,
        scored.blocking_rule,
        scored.surname_level,
        scored.forename_level,
        scored.date_of_birth_level,
        scored.sex_level,
        row_number() over (
            partition by
                scored.kind,
                case
                    when scored.kind <> 'nominal' then scored.source_id
                    else least(scored.known_nominal_id, scored.nominal_id)
                end,
                case
                    when scored.kind <> 'nominal' then scored.nominal_id
                    else greatest(scored.known_nominal_id, scored.nominal_id)
                end
            order by scored.probability desc, scored.weight desc, scored.record_id asc, scored.nominal_record_id asc
        ) as place
    from {{ ref("int_identity_pairs_scored") }} as scored
    where
        (scored.kind = 'nominal' and scored.known_nominal_id <> scored.nominal_id)
        or (scored.kind <> 'nominal' and scored.known_nominal_id is null)
),

-- The kind stands here as a column, and not as a condition on the other side of the join, so that DuckDB joins by a
-- hash: it compared each pair with each holder of a PNC id.
holders as (
    select distinct
        'nominal' as kind,
        pnc_ids.nominal_id
    from pnc_ids
),

nominals as (
    select
        'nominal' as kind,
        merged.nominal_id,
        merged.survivor_id
    from {{ ref("int_nominals_as_merged") }} as merged
),

decided as (
    select
        decisions.kind,
        case
            when decisions.kind <> 'nominal' then decisions.left_id
            else least(one.survivor_id, other.survivor_id)
        end as left_id,
        case
            when decisions.kind <> 'nominal' then other.survivor_id
            else greatest(one.survivor_id, other.survivor_id)
        end as right_id,
        -- decided both ways, of records that the source has merged since: nobody is joined by that
        min(decisions.decision) as decision
    from {{ ref("stg_decisions__identity") }} as decisions
    inner join nominals as other on decisions.right_id = other.nominal_id
    left join nominals as one on decisions.kind = one.kind and decisions.left_id = one.nominal_id
    left join {{ ref("int_identity_sightings") }} as sightings
        on decisions.kind = sightings.kind and decisions.left_id = sightings.source_id
    where one.nominal_id is not null or (sightings.source_id is not null and sightings.nominal_id is null)
    group by 1, 2, 3
),

keys as (
    select paired.kind, paired.left_id, paired.right_id
    from paired
    where paired.place = 1
    union
    select shared.kind, shared.left_id, shared.right_id from shared
    union
    select decided.kind, decided.left_id, decided.right_id
    from decided
    where decided.left_id <> decided.right_id
)

select
    keys.kind,
    keys.left_id,
    keys.right_id,
    paired.record_id,
    paired.nominal_record_id,
    paired.probability,
    coalesce(paired.comparison, 'names not compared: too little alike') as comparison,
    paired.blocking_rule,
    paired.surname_level,
    paired.forename_level,
    paired.date_of_birth_level,
    paired.sex_level,
    shared.left_id is not null as shares_pnc_id,
    shared.left_id is null
    and right_holder.nominal_id is not null
    and (left_holder.nominal_id is not null or (keys.kind <> 'nominal' and sightings.pnc_id is not null))
        as has_other_pnc_id,
    decided.decision
from keys
left join paired
    on keys.kind = paired.kind and keys.left_id = paired.left_id and keys.right_id = paired.right_id and paired.place = 1
left join shared on keys.kind = shared.kind and keys.left_id = shared.left_id and keys.right_id = shared.right_id
left join holders as left_holder on keys.kind = left_holder.kind and keys.left_id = left_holder.nominal_id
left join holders as right_holder on keys.right_id = right_holder.nominal_id
left join {{ ref("int_identity_sightings") }} as sightings
    on keys.kind = sightings.kind and keys.left_id = sightings.source_id
left join decided on keys.kind = decided.kind and keys.left_id = decided.left_id and keys.right_id = decided.right_id
