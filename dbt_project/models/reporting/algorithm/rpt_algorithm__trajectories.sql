-- The ranks over time of whoever stood at the top of the first scheduled run date, and of the one 24 months before
-- as_at: the latest scheduled date that lies at least so long before it.
with baselines as (
    select min(run_dates.run_date) as run_date
    from {{ ref("dim_run_dates") }} as run_dates
    where run_dates.is_scheduled
    union
    select max(run_dates.run_date) as run_date
    from {{ ref("dim_run_dates") }} as run_dates
    where
        run_dates.is_scheduled
        and run_dates.run_date <= {{ months_after(as_at(), "-" ~ parameter("trajectories_months")) }}
),

members as (
    select
        baselines.run_date as baseline_run_date,
        rankings.nominal_id
    from baselines
    inner join {{ ref("fct_rankings") }} as rankings on baselines.run_date = rankings.run_date
    where rankings.rank <= {{ parameter("trajectories_top_n") }}
)

select
    members.baseline_run_date,
    rankings.run_date,
    rankings.nominal_id,
    rankings.rank
from members
inner join {{ ref("fct_rankings") }} as rankings
    on members.nominal_id = rankings.nominal_id and members.baseline_run_date <= rankings.run_date
where rankings.is_scheduled
