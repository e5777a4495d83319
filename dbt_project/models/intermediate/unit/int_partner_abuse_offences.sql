-- Counted domestic abuse offences with an intimate or former partner of the suspect among the victims: one row per
-- person, victim and offence. The relationship is to one suspect; merged nominals are one person.
select distinct
    resolved.survivor_id as nominal_id,
    victims.victim_id,
    offences.offence_id,
    offences.offence_date
from {{ ref("stg_police_records__offence_victims") }} as victims
inner join {{ ref("int_nominals_resolved") }} as resolved on victims.nominal_id = resolved.nominal_id
inner join {{ ref("stg_police_records__offences") }} as offences on victims.offence_id = offences.offence_id
inner join {{ ref("int_offence_links_merged") }} as links
    on victims.offence_id = links.offence_id and resolved.survivor_id = links.nominal_id
where
    victims.relationship in ('intimate_partner', 'former_partner')
    and offences.domestic_abuse
    and (links.counted_until is null or links.counted_until > {{ as_at() }})
