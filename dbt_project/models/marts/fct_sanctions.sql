select
    sanctions.event_id,
    sanctions.pnc_id,
    sanctions.nominal_id,
    sanctions.offence_date,
    sanctions.sanction_date,
    sanctions.sanction,
    sanctions.ho_code,
    sanctions.force_code,
    sanctions.harm_days,
    sanctions.unit_cost_gbp
from {{ ref("int_sanctions_linked") }} as sanctions
