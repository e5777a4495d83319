-- Every record with a name, for the linkage model: nominals (merged ones too: another spelling of the same person may
-- be what a further record resembles) and rows of other sources. `nominal_id` is the person by identifiers alone.
select
    'nominal:' || nominals.nominal_id as record_id,
    'nominal' as kind,
    nominals.nominal_id as source_id,
    merged.survivor_id as nominal_id,
    nominals.pnc_id,
    nominals.surname,
    nominals.forename,
    nominals.date_of_birth,
    nominals.sex
from {{ ref("stg_police_records__nominals") }} as nominals
inner join {{ ref("int_nominals_as_merged") }} as merged on nominals.nominal_id = merged.nominal_id
union all
select
    sightings.kind || ':' || sightings.source_id as record_id,
    sightings.kind,
    sightings.source_id,
    sightings.nominal_id,
    sightings.pnc_id,
    sightings.surname,
    sightings.forename,
    sightings.date_of_birth,
    null as sex
from {{ ref("int_identity_sightings") }} as sightings
where sightings.surname is not null and sightings.forename is not null
