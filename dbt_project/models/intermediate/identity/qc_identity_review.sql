-- Cases of identity for a person to look at, side by side: what the model is not sure of, and what contradicts.
-- The kind of groups and people stands as a column, so that DuckDB joins by a hash.
with groups as (
    select
        'nominal' as kind,
        joined.left_id,
        joined.right_id,
        joined.is_upheld
    from {{ ref("int_identity_groups") }} as joined
),

people as (
    select
        'nominal' as kind,
        joined.nominal_id,
        joined.survivor_id
    from {{ ref("int_identity_people") }} as joined
),

cases as (
    select
        pairs.kind,
        pairs.left_id,
        pairs.right_id,
        case
            when pairs.status = 'review' then pairs.review_reason
            when pairs.kind = 'nominal' and not groups.is_upheld then 'group_contradicts'
            when pairs.kind <> 'nominal' and links.source_id is null then 'several_people'
        end as reason,
        pairs.probability,
        pairs.comparison
    from {{ ref("int_identity_pairs_judged") }} as pairs
    left join groups
        on pairs.kind = groups.kind and pairs.left_id = groups.left_id and pairs.right_id = groups.right_id
    left join {{ ref("int_identity_record_links") }} as links
        on pairs.kind = links.kind and pairs.left_id = links.source_id
    left join people as left_person
        on pairs.kind = left_person.kind and pairs.left_id = left_person.nominal_id
    left join people as right_person on pairs.right_id = right_person.nominal_id
    where
        pairs.status in ('review', 'linked')
        -- what another link has settled is no case any more
        and (
            pairs.kind <> 'nominal'
            or left_person.survivor_id is null
            or left_person.survivor_id <> coalesce(right_person.survivor_id, '')
        )
        and (pairs.kind = 'nominal' or links.source_id is null)
),

sides as (
    select
        'nominal' as kind,
        nominals.nominal_id as source_id,
        nominals.surname,
        nominals.forename,
        nominals.date_of_birth,
        nominals.sex,
        nominals.pnc_id
    from {{ ref("stg_police_records__nominals") }} as nominals
    union all
    select
        sightings.kind,
        sightings.source_id,
        sightings.surname,
        sightings.forename,
        sightings.date_of_birth,
        null as sex,
        sightings.pnc_id
    from {{ ref("int_identity_sightings") }} as sightings
)

select
    cases.kind,
    cases.left_id as record_id,
    cases.right_id as nominal_id,
    cases.reason,
    cases.probability,
    cases.comparison,
    one.surname,
    other.surname as nominal_surname,
    one.forename,
    other.forename as nominal_forename,
    one.date_of_birth,
    other.date_of_birth as nominal_date_of_birth,
    one.sex,
    other.sex as nominal_sex,
    one.pnc_id,
    other.pnc_id as nominal_pnc_id
from cases
inner join sides as one on cases.kind = one.kind and cases.left_id = one.source_id
inner join sides as other on other.kind = 'nominal' and cases.right_id = other.source_id
where cases.reason is not null
