-- Ranks of everybody on the list at as_at over the last 27 dates (a year of fortnights).
with dates as (
    select
        run_dates.run_date,
        row_number() over (order by run_dates.run_date desc) as date_position
    from {{ ref("dim_run_dates") }} as run_dates
)

select
    {{ as_at() }} as as_at,
    rankings.nominal_id,
    rankings.run_date,
    rankings.rank
from {{ ref("fct_rankings") }} as rankings
inner join dates on rankings.run_date = dates.run_date
inner join {{ ref("fct_listed_nominals") }} as listed on rankings.nominal_id = listed.nominal_id
where dates.date_position <= {{ parameter("history_dates_shown") }}
