-- Reoffending in the months from the completion of an intervention, beside the same months before it began, and the quarterly
-- reviews of the year after that have fallen due and are still to come.
with counted as (
    select
        follow_ups.intervention,
        follow_ups.months,
        count(*) as n,
        count(case when follow_ups.has_reoffended then 1 end) as reoffended,
        count(case when follow_ups.has_offended_before then 1 end) as offended_before
    from {{ ref("fct_intervention_follow_ups") }} as follow_ups
    group by follow_ups.intervention, follow_ups.months
),

reviews as (
    select
        interventions.intervention,
        count(
            case
                when {{ months_after(
                    "interventions.completed_date", "steps.n * " ~ parameter("review_interval_months")
                ) }} <= {{ as_at() }}
                    then 1
            end
        ) as reviews_due,
        count(*) as reviews
    from {{ ref("fct_interventions") }} as interventions
    cross join {{ numbers(
        1, "cast(" ~ parameter("review_months") ~ " / " ~ parameter("review_interval_months") ~ " as integer)"
    ) }} as steps
    where interventions.completed_date is not null and interventions.nominal_id is not null
    group by interventions.intervention
)

select
    {{ as_at() }} as as_at,
    counted.intervention,
    counted.months,
    counted.n,
    counted.reoffended,
    100.0 * counted.reoffended / counted.n as rate_pct,
    100.0 * {{ wilson_limit("counted.reoffended", "counted.n", "low") }} as ci_low_pct,
    100.0 * {{ wilson_limit("counted.reoffended", "counted.n", "high") }} as ci_high_pct,
    counted.offended_before,
    100.0 * counted.offended_before / counted.n as rate_before_pct,
    reviews.reviews_due,
    reviews.reviews - reviews.reviews_due as reviews_to_come
from counted
inner join reviews on counted.intervention = reviews.intervention
