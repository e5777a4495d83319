-- People named in several counted offences that ended without further action, sexual or domestic abuse.
with ended as (
    select
        offences.nominal_id,
        offences.offence_id,
        offences.offence_date,
        offences.domestic_abuse,
        offences.is_serious_sexual
        or coalesce(
            ',' || {{ parameter("repeat_nfa_sexual_subgroups") }} || ',' like '%,' || offences.subgroup || ',%', false
        ) as is_sexual
    from {{ ref("fct_offences") }} as offences
    inner join {{ ref("dim_outcomes") }} as outcomes on offences.outcome_code = outcomes.outcome_code
    where
        outcomes.is_no_further_action
        and (offences.counted_until is null or offences.counted_until > {{ as_at() }})
),

kinds as (
    select ended.*, 'sexual' as kind
    from ended
    where ended.is_sexual
    union all
    select ended.*, 'domestic_abuse' as kind
    from ended
    where ended.domestic_abuse
)

select
    kinds.nominal_id,
    kinds.kind,
    count(*) as offences,
    min(kinds.offence_date) as first_date,
    max(kinds.offence_date) as last_date
from kinds
group by kinds.nominal_id, kinds.kind
having count(*) >= {{ parameter("repeat_nfa_offences") }}
