-- Serial domestic abuse perpetrators at as_at, whether managed or not.
select
    {{ as_at() }} as as_at,
    serial.nominal_id,
    serial.victims,
    serial.first_date,
    serial.last_date,
    serial.offences,
    serial.serial_since,
    rankings.rank,
    coalesce(rankings.management_status, 'not_ranked') as management_status
from {{ ref("fct_serial_da") }} as serial
left join {{ ref("fct_rankings") }} as rankings
    on serial.nominal_id = rankings.nominal_id and rankings.run_date = {{ as_at() }}
