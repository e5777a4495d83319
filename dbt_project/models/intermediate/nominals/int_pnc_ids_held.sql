-- depends_on: {{ ref("int_nominals_resolved") }} {{ ref("int_identity_sightings") }}
-- depends_on: {{ ref("int_identity_record_links") }} {{ ref("int_identity_people") }} {{ ref("int_pnc_ids_as_delivered") }}
-- Whose a PNC id is. Where identity is `model`, people who are one hold it together, and one that no nominal holds is
-- learnt from the rows of other sources that name it beside a nominal, or that were linked to one.
{%- if identity_model() %}
with held as (
    select
        resolved.pnc_id,
        resolved.survivor_id as nominal_id
    from {{ ref("int_nominals_resolved") }} as resolved
    where resolved.pnc_id is not null
),

learnt as (
    select
        records.pnc_id,
        coalesce(people.survivor_id, records.nominal_id, links.nominal_id) as nominal_id
    from {{ ref("int_identity_sightings") }} as records
    left join {{ ref("int_identity_record_links") }} as links
        on records.kind = links.kind and records.source_id = links.source_id
    left join {{ ref("int_identity_people") }} as people on records.nominal_id = people.nominal_id
    left join held on records.pnc_id = held.pnc_id
    where records.pnc_id is not null and held.pnc_id is null
),

all_held as (
    select held.* from held
    union all
    select learnt.* from learnt
    where learnt.nominal_id is not null
)

select
    all_held.pnc_id,
    min(all_held.nominal_id) as nominal_id
from all_held
group by all_held.pnc_id
having count(distinct all_held.nominal_id) = 1
{%- else %}
select
    delivered.pnc_id,
    delivered.nominal_id
from {{ ref("int_pnc_ids_as_delivered") }} as delivered
{%- endif %}
