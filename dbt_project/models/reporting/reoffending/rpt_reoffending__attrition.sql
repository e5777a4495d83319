-- Who was left out of what, by cohort and reason; every reason stands for every cohort, with 0 where it left nobody out.
with cohorts as (
    select reoffending.cohort, count(*) as of_nominals
    from {{ ref("fct_reoffending") }} as reoffending
    where reoffending.basis = 'recorded'
    group by reoffending.cohort
),

reasons as (
    select 'spell_not_linked' as reason, 'every figure' as left_out_of
    union all select 'registration_not_linked' as reason, 'every figure' as left_out_of
    union all select 'registration_without_start' as reason, 'every figure' as left_out_of
    union all select 'adopted_before_first_run_date' as reason, 'matched methods' as left_out_of
    union all select 'not_ranked_before_adoption' as reason, 'matched methods' as left_out_of
    union all select 'no_comparator' as reason, 'matched methods' as left_out_of
    union all select 'few_days_at_risk' as reason, 'exposure_adjusted' as left_out_of
    {%- for window in effect_windows() if window != "whole" %}
    union all select 'followed_under_{{ window }}_months' as reason, 'window of {{ window }} months' as left_out_of
    {%- endfor %}
    union all select 'not_matured_12_months' as reason, 'reoffended_12m, recorded' as left_out_of
    union all select 'not_matured_proven' as reason, 'reoffended_12m, proven' as left_out_of
    union all select 'never_at_liberty' as reason, 'survival' as left_out_of
),

counted as (
    select left_out.cohort, left_out.reason, count(*) as nominals
    from {{ ref("fct_left_out") }} as left_out
    group by left_out.cohort, left_out.reason
),

listed as (
    select cohorts.cohort, reasons.reason
    from cohorts
    cross join reasons
    union
    select counted.cohort, counted.reason
    from counted
)

select
    {{ as_at() }} as as_at,
    listed.cohort,
    listed.reason,
    reasons.left_out_of,
    coalesce(counted.nominals, 0) as nominals,
    coalesce(cohorts.of_nominals, 0) as of_nominals
from listed
inner join reasons on listed.reason = reasons.reason
left join cohorts on listed.cohort = cohorts.cohort
left join counted on listed.cohort = counted.cohort and listed.reason = counted.reason
