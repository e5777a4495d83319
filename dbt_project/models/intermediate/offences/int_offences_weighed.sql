-- One row per offence: its harm, weighted by high harm and by the vulnerability of its victims.
with vulnerable as (
    select distinct victims.offence_id
    from {{ ref("stg_police_records__offence_victims") }} as victims
    where victims.is_vulnerable or victims.victim_age < {{ parameter("vulnerable_age_under") }}
),

either as (
    select true as is_so
    union all
    select false as is_so
),

-- Offences are many and harms few: each is weighted once.
harms as (
    select
        periods.*,
        high_harm.is_so as is_high_harm,
        vulnerability.is_so as has_vulnerable_victim,
        cast(
            cast(periods.harm_days as decimal(19, 4))  -- of 18 digits the product would have 18 again
            * case when high_harm.is_so then {{ decimal_parameter("high_harm_weight") }} else 1 end
            * case when vulnerability.is_so then {{ decimal_parameter("vulnerability_weight") }} else 1 end
            as decimal(18, 4)
        ) as weighted_harm_days
    from {{ ref("int_harm_periods") }} as periods
    cross join either as high_harm
    cross join either as vulnerability
),

described as (
    select
        offences.*,
        codes.title,
        codes.subgroup,
        coalesce(codes.is_serious_sexual, false) as is_serious_sexual,
        codes.ogrs3_group,
        codes.severity_score,
        codes.unit_cost_gbp,
        codes.harm_code,
        coalesce(
            codes.is_serious_violence or codes.is_serious_sexual
            or offences.domestic_abuse or offences.hate_crime or offences.child_abuse,
            false
        ) as is_high_harm,
        vulnerable.offence_id is not null as has_vulnerable_victim
    from {{ ref("stg_police_records__offences") }} as offences
    left join {{ ref("int_offence_codes_resolved") }} as codes on offences.ho_code = codes.ho_code
    left join vulnerable on offences.offence_id = vulnerable.offence_id
)

select
    described.*,
    harms.harm_days,
    case when harms.harm_days is null then 'gap' else harms.basis end as harm_basis,
    coalesce(harms.weighted_harm_days, cast(0 as decimal(18, 4))) as weighted_harm_days
from described
left join harms
    on
        described.harm_code = harms.ho_code
        and described.is_high_harm = harms.is_high_harm
        and described.has_vulnerable_victim = harms.has_vulnerable_victim
        and described.offence_date >= harms.valid_from
        and described.offence_date < harms.valid_to
