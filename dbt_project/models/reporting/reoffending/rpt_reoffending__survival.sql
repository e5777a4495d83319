-- Kaplan-Meier curve of not having reoffended, by day since the first day at liberty: the product over days s <= t of
-- 1 - d(s) / n(s), n(s) being observed on day s and d(s) reoffending on it. Interval: Greenwood's variance on the log-log
-- scale, so it stays within 0 and 1 (Kalbfleisch & Prentice 1980). Days on which nobody is observed any more have no row.
with people as (
    select times.cohort, count(*) as n
    from {{ ref("fct_survival_times") }} as times
    group by times.cohort
),

ends as (
    select
        times.cohort,
        times.days as day,
        count(*) as ended,
        count(case when times.has_reoffended then 1 end) as events
    from {{ ref("fct_survival_times") }} as times
    group by times.cohort, times.days
),

daily as (
    select
        people.cohort,
        days.n as day,
        people.n - coalesce(
            sum(ends.ended) over (
                partition by people.cohort order by days.n rows between unbounded preceding and 1 preceding
            ),
            0
        ) as at_risk,
        coalesce(ends.events, 0) as events
    from people
    cross join {{ numbers(0, parameter("survival_days")) }} as days
    left join ends on people.cohort = ends.cohort and days.n = ends.day
),

terms as (
    select
        daily.*,
        case
            when daily.events = 0 then 0.0
            when daily.events < daily.at_risk then ln(1.0 - cast(daily.events as double) / daily.at_risk)
        end as log_term,
        case
            when daily.events = 0 then 0.0
            when daily.events < daily.at_risk
                then cast(daily.events as double) / (cast(daily.at_risk as double) * (daily.at_risk - daily.events))
        end as greenwood_term,
        case when daily.events > 0 and daily.events = daily.at_risk then 1 else 0 end as ends_at_zero
    from daily
    where daily.at_risk > 0
),

summed as (
    select
        terms.cohort,
        terms.day,
        terms.at_risk,
        sum(terms.events) over until_day as events_so_far,
        max(terms.ends_at_zero) over until_day as is_zero,
        sum(terms.log_term) over until_day as log_estimate,
        sqrt(sum(terms.greenwood_term) over until_day) as log_error
    from terms
    window until_day as (partition by terms.cohort order by terms.day rows between unbounded preceding and current row)
),

curves as (
    select
        summed.*,
        ln(-nullif(summed.log_estimate, 0.0)) as log_log_estimate,
        {{ normal_quantile() }} * summed.log_error / abs(nullif(summed.log_estimate, 0.0)) as margin
    from summed
)

select
    {{ as_at() }} as as_at,
    curves.cohort,
    cast(curves.day as bigint) as day,
    case when curves.is_zero = 1 then 0.0 else exp(curves.log_estimate) end as estimate,
    case
        when curves.is_zero = 1 then null
        when curves.events_so_far = 0 then 1.0
        else exp(-exp(curves.log_log_estimate + curves.margin))
    end as ci_low,
    case
        when curves.is_zero = 1 then null
        when curves.events_so_far = 0 then 1.0
        else exp(-exp(curves.log_log_estimate - curves.margin))
    end as ci_high,
    cast(curves.at_risk as bigint) as at_risk
from curves
