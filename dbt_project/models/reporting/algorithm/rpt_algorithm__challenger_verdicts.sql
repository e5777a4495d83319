-- Would another order do better? At how many of the dates with intervals each figure of a challenger lies wholly on the better
-- or the worse side of the ranking's, and the verdict by a fixed rule: better (worse) at more than a share of at least so many
-- dates, and at none the other way. A challenger is worth a trial where the correlations say so for harm and for offences, of all
-- and of those not managed.
with figures as (
    select distinct
        correlations.algorithm,
        correlations.population,
        outcomes.figure
    from {{ ref("fct_algorithm_correlations") }} as correlations
    cross join (select 'spearman_harm' as figure union all select 'spearman_offences' as figure) as outcomes
    where correlations.algorithm <> 'hhpu' and correlations.top_n is not null
    union all
    select distinct
        captures.algorithm,
        'all' as population,
        'share_' || {{ as_text("captures.top_n") }} as figure
    from {{ ref("fct_algorithm_captures") }} as captures
    where captures.algorithm <> 'hhpu'
),

sides as (
    select
        intervals.run_date,
        intervals.algorithm,
        intervals.population,
        intervals.figure,
        case when intervals.figure like 'share%' then intervals.difference_low > 0 else intervals.difference_high < 0 end
            as is_better,
        case when intervals.figure like 'share%' then intervals.difference_high < 0 else intervals.difference_low > 0 end
            as is_worse
    from {{ ref("fct_algorithm_intervals") }} as intervals
    where intervals.difference_low is not null and intervals.difference_high is not null
),

counted as (
    select
        figures.algorithm,
        figures.population,
        figures.figure,
        count(sides.run_date) as dates,
        count(case when sides.is_better then 1 end) as dates_better,
        count(case when sides.is_worse then 1 end) as dates_worse
    from figures
    left join sides
        on
            figures.algorithm = sides.algorithm
            and figures.population = sides.population
            and figures.figure = sides.figure
    group by figures.algorithm, figures.population, figures.figure
),

judged as (
    select
        counted.*,
        case
            when counted.dates < {{ parameter("challenger_verdict_dates") }} then 'too few dates'
            when counted.dates_worse = 0 and counted.dates_better > {{ parameter("challenger_verdict_share") }} * counted.dates
                then 'ranks better'
            when counted.dates_better = 0 and counted.dates_worse > {{ parameter("challenger_verdict_share") }} * counted.dates
                then 'ranks worse'
            else 'cannot tell'
        end as verdict
    from counted
),

trials as (
    select
        judged.algorithm,
        min(case when judged.verdict = 'ranks better' then 1 else 0 end) = 1 as is_worth_a_trial
    from judged
    where judged.population in ('all', 'unmanaged') and judged.figure in ('spearman_harm', 'spearman_offences')
    group by judged.algorithm
)

select
    {{ as_at() }} as as_at,
    judged.algorithm,
    judged.population,
    judged.figure,
    judged.dates,
    judged.dates_better,
    judged.dates_worse,
    judged.verdict,
    trials.is_worth_a_trial
from judged
inner join trials on judged.algorithm = trials.algorithm
