-- The first run date on which a dated fact is known, by its index; beyond the last: number of run dates + 1. Facts
-- are many and dates few, so each date is looked up once.
with dates as (
    select links.counted_until as day from {{ ref("int_offence_links_merged") }} as links
    union
    select offences.recorded_date as day from {{ ref("stg_police_records__offences") }} as offences
    union
    select offences.offence_date as day from {{ ref("stg_police_records__offences") }} as offences
    union
    select events.sanction_date as day from {{ ref("stg_idiom__pnc_events") }} as events
    union
    select spells.adopted_date as day from {{ ref("stg_idiom__cohort_spells") }} as spells
    union
    select spells.deselected_date as day from {{ ref("stg_idiom__cohort_spells") }} as spells
    union
    select registrations.registration_start as day from {{ ref("stg_visor_summary__registrations") }} as registrations
    union
    select registrations.registration_end as day from {{ ref("stg_visor_summary__registrations") }} as registrations
    union
    select custody.start_date as day from {{ ref("stg_police_records__custody_spells") }} as custody
    union
    select custody.end_date as day from {{ ref("stg_police_records__custody_spells") }} as custody
    union
    select referrals.referred_date as day from {{ ref("stg_idiom__referrals") }} as referrals
)

select
    dates.day,
    coalesce(min(run_dates.run_index), (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date))
        as run_index
from dates
left join {{ ref("int_run_dates") }} as run_dates on dates.day <= run_dates.run_date
where dates.day is not null
group by dates.day
