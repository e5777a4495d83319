-- The offences of those people, each once: of several links to one offence, one that still counts is enough.
select
    links.offence_id,
    people.survivor_id as nominal_id,
    case
        when max(case when links.counted_until is null then 1 else 0 end) = 0 then max(links.counted_until)
    end as counted_until
from {{ ref("int_offence_links_merged") }} as links
inner join {{ ref("int_identity_people") }} as people on links.nominal_id = people.nominal_id
group by links.offence_id, people.survivor_id
