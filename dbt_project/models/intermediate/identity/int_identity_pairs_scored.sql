-- How probable it is that a pair of records is one person: the evidence of the comparison, and how many matches a record
-- of its kind has on average. The right side is always a nominal.
with sides as (
    select
        pairs.*,
        left_record.kind as left_kind,
        right_record.kind as right_kind
    from {{ ref("int_identity_pairs") }} as pairs
    inner join {{ ref("int_identity_records") }} as left_record on pairs.left_id = left_record.record_id
    inner join {{ ref("int_identity_records") }} as right_record on pairs.right_id = right_record.record_id
    where left_record.kind = 'nominal' or right_record.kind = 'nominal'
),

turned as (
    select
        case when sides.right_kind = 'nominal' then sides.left_id else sides.right_id end as record_id,
        case when sides.right_kind = 'nominal' then sides.right_id else sides.left_id end as nominal_record_id,
        case when sides.left_kind = 'nominal' and sides.right_kind = 'nominal'
            then {{ parameter("identity_matches_per_nominal") }}
            else {{ parameter("identity_matches_per_record") }}
        end as matches_per_record,
        sides.blocking_rule,
        sides.weight,
        sides.surname_level,
        sides.forename_level,
        sides.date_of_birth_level,
        sides.sex_level,
        sides.surname_weight,
        sides.forename_weight,
        sides.date_of_birth_weight,
        sides.sex_weight
    from sides
),

nominals as (
    select greatest(count(*) - 1, 1) as others
    from {{ ref("int_identity_records") }} as records
    where records.kind = 'nominal'
),

scored as (
    select
        turned.*,
        1.0 / (1.0 + nominals.others / turned.matches_per_record * power(2.0, -turned.weight)) as probability
    from turned
    cross join nominals
)

select
    scored.*,
    records.kind,
    records.source_id,
    records.nominal_id as known_nominal_id,
    nominals.source_id as nominal_source_id,
    nominals.nominal_id,
    coalesce(records.nominal_id = nominals.nominal_id, false) as is_known,
    coalesce(records.pnc_id = nominals.pnc_id, false) as shares_pnc_id
from scored
inner join {{ ref("int_identity_records") }} as records on scored.record_id = records.record_id
inner join {{ ref("int_identity_records") }} as nominals on scored.nominal_record_id = nominals.record_id
where
    scored.probability >= {{ parameter("identity_considered_probability") }}
    or records.nominal_id = nominals.nominal_id
    or records.pnc_id = nominals.pnc_id
