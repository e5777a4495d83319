-- One row per offence: its harm, weighted by high harm and by the vulnerability of its victims.
with vulnerable as (
    select distinct victims.offence_id
    from {{ ref("stg_police_records__offence_victims") }} as victims
    where victims.is_vulnerable or victims.victim_age < {{ parameter("vulnerable_age_under") }}
),

weighed as (
    select
        offences.*,
        codes.title,
        codes.subgroup,
        coalesce(codes.is_serious_sexual, false) as is_serious_sexual,
        codes.ogrs3_group,
        codes.severity_score,
        codes.unit_cost_gbp,
        periods.harm_days,
        case when periods.harm_days is null then 'gap' else periods.basis end as harm_basis,
        (
            codes.is_serious_violence or codes.is_serious_sexual
            or offences.domestic_abuse or offences.hate_crime or offences.child_abuse
        ) as is_high_harm,
        vulnerable.offence_id is not null as has_vulnerable_victim
    from {{ ref("stg_police_records__offences") }} as offences
    left join {{ ref("int_offence_codes_resolved") }} as codes on offences.ho_code = codes.ho_code
    left join {{ ref("int_harm_periods") }} as periods
        on
            codes.harm_code = periods.ho_code
            and offences.offence_date >= periods.valid_from
            and offences.offence_date < periods.valid_to
    left join vulnerable on offences.offence_id = vulnerable.offence_id
)

select
    weighed.*,
    cast(
        cast(coalesce(weighed.harm_days, 0) as decimal(19, 4))  -- of 18 digits the product would have 18 again
        * case when weighed.is_high_harm then {{ decimal_parameter("high_harm_weight") }} else 1 end
        * case when weighed.has_vulnerable_victim then {{ decimal_parameter("vulnerability_weight") }} else 1 end
        as decimal(18, 4)
    ) as weighted_harm_days
from weighed
