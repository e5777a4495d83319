-- What counts as an offence on each basis, as known at as_at. `recorded`: counted links; `proven`: PNC events (cautions
-- and other forces too).
select
    'recorded' as basis,
    links.nominal_id,
    links.offence_id as event_id,
    offences.ho_code,
    offences.offence_date,
    cast(null as date) as sanction_date,
    coalesce(offences.harm_days, cast(0 as decimal(18, 4))) as harm_days,
    offences.unit_cost_gbp
from {{ ref("int_offence_links_merged") }} as links
inner join {{ ref("int_offences_weighed") }} as offences on links.offence_id = offences.offence_id
where
    (links.counted_until is null or links.counted_until > {{ as_at() }})
    and (links.counted_until is null or links.counted_until > offences.recorded_date)
union all
select
    'proven' as basis,
    sanctions.nominal_id,
    sanctions.event_id,
    sanctions.ho_code,
    sanctions.offence_date,
    sanctions.sanction_date,
    coalesce(sanctions.harm_days, cast(0 as decimal(18, 4))) as harm_days,
    sanctions.unit_cost_gbp
from {{ ref("int_sanctions_linked") }} as sanctions
where sanctions.nominal_id is not null
