-- PNC events with their person and their harm.
select
    events.event_id,
    events.pnc_id,
    held.nominal_id,
    events.offence_date,
    events.sanction_date,
    events.sanction,
    events.ho_code,
    events.force_code,
    codes.ogrs3_group,
    periods.harm_days,
    codes.unit_cost_gbp
from {{ ref("stg_idiom__pnc_events") }} as events
left join {{ ref("int_pnc_ids_held") }} as held on events.pnc_id = held.pnc_id
left join {{ ref("int_offence_codes_resolved") }} as codes on events.ho_code = codes.ho_code
left join {{ ref("int_harm_periods") }} as periods
    on
        codes.harm_code = periods.ho_code
        and events.offence_date >= periods.valid_from
        and events.offence_date < periods.valid_to
