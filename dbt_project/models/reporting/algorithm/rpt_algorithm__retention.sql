-- Who of the top N of a date was still in the top N at a later one, for all pairs of scheduled run dates.
{%- set top_ns = number_list("retention_top_ns") %}
with members as (
    select
        rankings.run_date,
        rankings.nominal_id,
        rankings.rank
    from {{ ref("fct_rankings") }} as rankings
    where rankings.is_scheduled and rankings.rank <= {{ top_ns | max }}
),

baselines as (
    select
        {%- for top_n in top_ns %}
        count(case when members.rank <= {{ top_n }} then 1 end) as top_{{ top_n }},
        {%- endfor %}
        run_dates.run_date
    from {{ ref("dim_run_dates") }} as run_dates
    left join members on run_dates.run_date = members.run_date
    where run_dates.is_scheduled
    group by run_dates.run_date
),

stayed as (
    select
        {%- for top_n in top_ns %}
        count(case when greatest(baseline.rank, comparison.rank) <= {{ top_n }} then 1 end) as top_{{ top_n }},
        {%- endfor %}
        baseline.run_date as baseline_run_date,
        comparison.run_date as comparison_run_date
    from members as baseline
    inner join members as comparison
        on baseline.nominal_id = comparison.nominal_id and comparison.run_date >= baseline.run_date
    group by baseline.run_date, comparison.run_date
),

counted as (
    {%- for top_n in top_ns %}
    select
        baseline.run_date as baseline_run_date,
        comparison.run_date as comparison_run_date,
        {{ top_n }} as top_n,
        baseline.top_{{ top_n }} as baseline_members,
        coalesce(stayed.top_{{ top_n }}, 0) as retained
    from baselines as baseline
    inner join baselines as comparison on baseline.run_date <= comparison.run_date
    left join stayed
        on baseline.run_date = stayed.baseline_run_date and comparison.run_date = stayed.comparison_run_date
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    counted.baseline_run_date,
    counted.comparison_run_date,
    cast(counted.top_n as bigint) as top_n,
    counted.baseline_members,
    cast(counted.retained as bigint) as retained,
    100.0 * cast(counted.retained as double) / nullif(counted.baseline_members, 0) as retained_pct
from counted
