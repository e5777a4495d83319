-- The sanctions of those people: by every PNC id of theirs.
with pnc_ids as (
    select distinct
        people.survivor_id,
        merged.pnc_id
    from {{ ref("int_identity_people") }} as people
    inner join {{ ref("int_nominals_as_merged") }} as merged on people.nominal_id = merged.survivor_id
    where merged.pnc_id is not null
)

select
    events.event_id,
    pnc_ids.survivor_id as nominal_id,
    events.sanction_date,
    events.sanction,
    events.ho_code,
    events.ogrs3_group,
    events.harm_days
from {{ ref("int_sanctions_linked") }} as events
inner join pnc_ids on events.pnc_id = pnc_ids.pnc_id
