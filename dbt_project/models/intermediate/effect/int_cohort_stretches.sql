-- Both denominators of a cohort by calendar quarter, as stretches of days of a person: `dynamic` the days in it; `fixed`
-- all days of the year, as far as as_at and death, of whoever was in it on 1 January.
with quarters as (
    select
        {{ as_text("years.n") }} || '-Q' || {{ as_text("places.n") }} as quarter,
        {{ months_after("make_date(years.n, 1, 1)", "3 * (places.n - 1)") }} as first_day,
        {{ days_after(months_after("make_date(years.n, 1, 1)", "3 * places.n"), -1) }} as last_day,
        make_date(years.n, 1, 1) as year_start
    from {{ numbers(1900, "year(" ~ as_at() ~ ")") }} as years
    cross join {{ numbers(1, 4) }} as places
),

spans as (
    select
        'dynamic' as view,
        periods.cohort,
        quarters.quarter,
        periods.nominal_id,
        greatest(periods.first_day, quarters.first_day) as first_day,
        least(periods.last_day, quarters.last_day) as last_day
    from {{ ref("int_cohort_periods") }} as periods
    inner join quarters on periods.first_day <= quarters.last_day and periods.last_day >= quarters.first_day
    union all
    select
        'fixed' as view,
        periods.cohort,
        quarters.quarter,
        periods.nominal_id,
        quarters.first_day,
        least(
            quarters.last_day,
            {{ as_at() }},
            coalesce({{ days_after("nominals.deceased_date", -1) }}, {{ as_at() }})
        ) as last_day
    from {{ ref("int_cohort_periods") }} as periods
    inner join quarters on periods.first_day <= quarters.year_start and periods.last_day >= quarters.year_start
    inner join {{ ref("int_nominals_survived") }} as nominals on periods.nominal_id = nominals.nominal_id
)

select
    spans.view,
    spans.cohort,
    spans.quarter,
    spans.nominal_id,
    spans.first_day,
    spans.last_day
from spans
where spans.first_day <= spans.last_day
