-- Every record with its person, how it was found and how probable it is; also what the linkage model would link and the
-- published figures do not use, and what stays unlinked.
with people as (
    select
        'nominal' as kind,
        merged.nominal_id as record_id,
        merged.survivor_id as nominal_id,
        'merged_into' as method,
        cast(null as double) as probability,
        {{ as_text("null") }} as comparison,
        merged.survivor_id as matched_id
    from {{ ref("int_nominals_merged") }} as merged
    union all
    select
        'nominal' as kind,
        people.nominal_id as record_id,
        people.survivor_id as nominal_id,
        people.method,
        people.probability,
        people.comparison,
        people.matched_id
    from {{ ref("int_identity_people") }} as people
    where people.nominal_id <> people.survivor_id
),

rows_of_others as (
    select
        sightings.kind,
        sightings.source_id as record_id,
        coalesce(sightings.nominal_id, links.nominal_id) as nominal_id,
        case
            when sightings.nominal_id is not null then sightings.link_method
            else coalesce(links.method, 'unlinked')
        end as method,
        case when sightings.nominal_id is null then links.probability end as probability,
        case when sightings.nominal_id is null then links.comparison end as comparison,
        coalesce(sightings.nominal_id, links.matched_id) as matched_id
    from {{ ref("int_identity_sightings") }} as sightings
    left join {{ ref("int_identity_record_links") }} as links
        on sightings.kind = links.kind and sightings.source_id = links.source_id
)

select
    people.kind,
    people.record_id,
    people.nominal_id,
    people.method,
    people.probability,
    people.comparison,
    people.matched_id,
    people.method = 'merged_into' or {{ identity_model() | lower }} as is_in_force
from people
union all
select
    rows_of_others.kind,
    rows_of_others.record_id,
    rows_of_others.nominal_id,
    rows_of_others.method,
    rows_of_others.probability,
    rows_of_others.comparison,
    rows_of_others.matched_id,
    rows_of_others.comparison is null or {{ identity_model() | lower }} as is_in_force
from rows_of_others
