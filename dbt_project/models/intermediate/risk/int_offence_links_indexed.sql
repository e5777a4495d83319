-- Links that count on at least one run date, with the indexes from and until which they do. `sanction_order` sorts a
-- person's links from the latest day of recording and the most harm down: the lowest that counts is the current
-- sanction of the recorded basis, and its offence group. Days on which the person was under age are no sanctions.
with counted as (
    select
        links.nominal_id,
        links.offence_id,
        offences.ogrs3_group,
        offences.ho_code,
        offences.offence_date,
        offences.recorded_date,
        offences.is_high_harm,
        coalesce(offences.harm_days, cast(0 as decimal(18, 4))) as harm_days,
        offences.weighted_harm_days,
        known.run_index as from_index,
        coalesce(gone.run_index, (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date))
            as to_index,
        nominals.date_of_birth is not null
        and {{ age_at("offences.recorded_date", "nominals.date_of_birth") }} >= {{ parameter("minimum_sanction_age") }}
            as is_sanction
    from {{ ref("int_offence_links_merged") }} as links
    inner join {{ ref("int_offences_weighed") }} as offences on links.offence_id = offences.offence_id
    inner join {{ ref("int_nominals_survived") }} as nominals on links.nominal_id = nominals.nominal_id
    inner join {{ ref("int_dates_indexed") }} as known
        on greatest(offences.recorded_date, offences.offence_date) = known.day
    left join {{ ref("int_dates_indexed") }} as gone on links.counted_until = gone.day
)

select
    counted.*,
    row_number() over (
        partition by counted.nominal_id
        order by
            case when counted.is_sanction then 0 else 1 end asc,
            counted.recorded_date desc,
            counted.harm_days desc,
            counted.ho_code asc,
            counted.offence_id asc
    ) as sanction_order
from counted
where counted.from_index < counted.to_index
