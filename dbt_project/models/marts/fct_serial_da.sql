-- Serial perpetrators: enough distinct victims in some (t - 3 years, t]. It is enough to try the days of the offences
-- themselves as t. The figures are over all of the person's offences of this kind, not only those of that window.
with offences as (
    select offences.* from {{ ref("int_partner_abuse_offences") }} as offences
),

ends as (
    select distinct offences.nominal_id, offences.offence_date as window_end
    from offences
),

windows as (
    select
        ends.nominal_id,
        ends.window_end
    from ends
    inner join offences
        on
            ends.nominal_id = offences.nominal_id
            and offences.offence_date <= ends.window_end
            and offences.offence_date > {{ months_after("ends.window_end", "-12 * " ~ parameter("serial_da_years")) }}
    group by ends.nominal_id, ends.window_end
    having count(distinct offences.victim_id) >= {{ parameter("serial_da_victims") }}
),

serial as (
    select
        windows.nominal_id,
        min(windows.window_end) as serial_since,
        max(windows.window_end) as latest_window_end
    from windows
    group by windows.nominal_id
)

select
    serial.nominal_id,
    count(distinct offences.victim_id) as victims,
    min(offences.offence_date) as first_date,
    max(offences.offence_date) as last_date,
    count(distinct offences.offence_id) as offences,
    serial.serial_since,
    serial.latest_window_end
from serial
inner join offences on serial.nominal_id = offences.nominal_id
group by serial.nominal_id, serial.serial_since, serial.latest_window_end
