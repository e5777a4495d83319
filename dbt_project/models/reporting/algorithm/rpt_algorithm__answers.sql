-- Does a better place go with more in the year after it? The latest date whose follow-up is over, at how many such dates it
-- does, and the verdict by a fixed rule: the sign of the correlation where its p is under one minus the confidence level.
{%- set level = "(1.0 - " ~ parameter("confidence_level") ~ ")" %}

with correlations as (
    {%- for outcome in ("harm", "offences") %}
    select
        correlated.run_date,
        correlated.population,
        '{{ outcome }}' as outcome,
        correlated.n,
        correlated.spearman_{{ outcome }} as spearman,
        correlated.spearman_{{ outcome }}_p as p,
        correlated.is_mature
    from {{ ref("fct_algorithm_correlations") }} as correlated
    where correlated.algorithm = 'hhpu' and correlated.top_n is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

counted as (
    select
        correlations.population,
        correlations.outcome,
        max(case when correlations.is_mature then correlations.run_date end) as latest_run_date,
        count(case when correlations.is_mature and correlations.spearman is not null then 1 end) as mature_dates,
        count(
            case when correlations.is_mature and correlations.spearman < 0 and correlations.p < {{ level }} then 1 end
        ) as agreeing_dates
    from correlations
    group by correlations.population, correlations.outcome
)

select
    {{ as_at() }} as as_at,
    counted.population,
    counted.outcome,
    counted.latest_run_date as run_date,
    latest.n,
    latest.spearman,
    latest.p,
    counted.mature_dates,
    counted.agreeing_dates,
    case
        when counted.latest_run_date is null then 'not mature'
        when latest.n < {{ parameter("minimum_nominals_for_verdict") }} then 'too few'
        when latest.p < {{ level }} and latest.spearman < 0 then 'higher ranks did more'
        when latest.p < {{ level }} and latest.spearman > 0 then 'higher ranks did less'
        else 'cannot tell'
    end as verdict
from counted
left join correlations as latest
    on
        counted.population = latest.population
        and counted.outcome = latest.outcome
        and counted.latest_run_date = latest.run_date
