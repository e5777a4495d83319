-- The ten weightiest counted offences of everybody explained at as_at, and how many more there are.
with counted as (
    select
        offences.*,
        row_number() over (
            partition by offences.nominal_id
            order by offences.weighted_harm_days desc, offences.recorded_date desc, offences.offence_id asc
        ) as position,
        count(*) over (partition by offences.nominal_id) as offence_count
    from {{ ref("fct_offences") }} as offences
    inner join {{ ref("fct_listed_nominals") }} as listed on offences.nominal_id = listed.nominal_id
    where offences.counted_until is null or offences.counted_until > {{ as_at() }}
)

select
    {{ as_at() }} as as_at,
    counted.nominal_id,
    counted.position,
    counted.offence_id,
    counted.ho_code,
    counted.title,
    counted.offence_date,
    counted.recorded_date,
    counted.role,
    counted.outcome_code,
    counted.harm_days,
    counted.weighted_harm_days,
    counted.harm_basis,
    explanations.contribution,
    counted.is_high_harm,
    counted.domestic_abuse,
    counted.hate_crime,
    counted.child_abuse,
    counted.has_vulnerable_victim,
    greatest(counted.offence_count - {{ parameter("offences_shown") }}, 0) as others
from counted
left join {{ ref("fct_ranking_explanations") }} as explanations
    on
        explanations.run_date = {{ as_at() }}
        and counted.nominal_id = explanations.nominal_id
        and counted.offence_id = explanations.offence_id
where counted.position <= {{ parameter("offences_shown") }}
