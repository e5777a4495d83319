-- Those whom the meetings adopted beside those whom they did not, like with like: the same band of rank on the list and of
-- offences in the year before, at liberty at the decision, each person once, at the first decision of which a year has passed.
with first_decisions as (
    select
        decisions.*,
        row_number() over (
            partition by decisions.nominal_id
            order by decisions.decision_date asc, decisions.decision_id asc
        ) as place
    from {{ ref("fct_unit_decisions") }} as decisions
    where decisions.decision in ('adopt', 'not_adopt') and decisions.nominal_id is not null and decisions.is_mature
),

people as (
    select
        first_decisions.decision = 'adopt' as is_group,
        case
            when first_decisions.rank_at_list <= {{ parameter("top_n") }} then 'top'
            when first_decisions.rank_at_list <= {{ parameter("explained_n") }} then 'listed'
            else 'beyond'
        end
        || '/'
        || case
            when first_decisions.offences_before <= 1 then '0-1'
            when first_decisions.offences_before <= 3 then '2-3'
            when first_decisions.offences_before <= 6 then '4-6'
            when first_decisions.offences_before <= 10 then '7-10'
            when first_decisions.offences_before <= 20 then '11-20'
            else '21+'
        end as stratum,
        first_decisions.follow_up_offences,
        first_decisions.follow_up_harm_days
    from first_decisions
    where first_decisions.place = 1 and not first_decisions.is_inside
),

valued as (
    select
        'offences' as outcome,
        people.stratum,
        people.is_group,
        cast(people.follow_up_offences as decimal(18, 4)) as value
    from people
    union all
    select
        'harm_days' as outcome,
        people.stratum,
        people.is_group,
        people.follow_up_harm_days as value
    from people
    union all
    select
        'recorded_again' as outcome,
        people.stratum,
        people.is_group,
        cast(case when people.follow_up_offences > 0 then 1 else 0 end as decimal(18, 4)) as value
    from people
),

by_stratum as (
    {{ sums_by_stratum("valued", ["outcome"]) }}
),

compared as (
    {{ stratified_comparison("by_stratum", ["outcome"]) }}
)

select
    {{ as_at() }} as as_at,
    compared.outcome,
    compared.n_group as n_adopted,
    compared.n_others as n_not_adopted,
    compared.n_all_group - compared.n_group as adopted_without_like,
    compared.n_all_others - compared.n_others as not_adopted_without_like,
    compared.strata,
    compared.mean_group as mean_adopted,
    compared.mean_others as mean_not_adopted,
    compared.ratio,
    compared.ci_low,
    compared.ci_high,
    {{ side_of_one("compared", parameter("minimum_nominals_for_verdict")) }} as verdict
from compared
