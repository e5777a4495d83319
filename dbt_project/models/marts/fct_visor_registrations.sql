select
    registrations.visor_id,
    linked.nominal_id,
    linked.link_method,
    registrations.pnc_id,
    registrations.surname,
    registrations.forename,
    registrations.date_of_birth,
    registrations.mappa_category,
    registrations.mappa_level,
    registrations.registration_start,
    registrations.registration_end,
    registrations.rm2000_level,
    registrations.arms_level,
    registrations.arms_date,
    registrations.release_date,
    registrations.last_visit_date,
    registrations.next_visit_due,
    registrations.manager_id,
    registrations.division,
    registrations.status
from {{ ref("stg_visor_summary__registrations") }} as registrations
inner join {{ ref("int_registrations_linked") }} as linked on registrations.visor_id = linked.visor_id
