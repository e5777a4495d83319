-- Proven reoffending in the shape of the Ministry of Justice: an offence within a year of adoption, sanctioned in that year or
-- the six months after.
with quartered as (
    select
        reoffending.*,
        {{ as_text("year(reoffending.adopted_date)") }} || '-Q'
        || {{ as_text("quarter(reoffending.adopted_date)") }} as cohort_quarter,
        {{ days_after(months_after(
            "make_date(year(reoffending.adopted_date), 1, 1)", "3 * quarter(reoffending.adopted_date)"
        ), -1) }} as quarter_end
    from {{ ref("fct_reoffending") }} as reoffending
    where reoffending.basis = 'proven'
),

counted as (
    select
        quartered.cohort_quarter,
        quartered.cohort,
        count(*) as cohort_size,
        count(case when quartered.reoffences_12m > 0 then 1 end) as reoffenders,
        cast(sum(quartered.reoffences_12m) as bigint) as reoffences,
        max(quartered.quarter_end) as quarter_end
    from quartered
    group by quartered.cohort_quarter, quartered.cohort
)

select
    {{ as_at() }} as as_at,
    counted.cohort_quarter,
    counted.cohort,
    counted.cohort_size,
    counted.reoffenders,
    counted.reoffences,
    100.0 * counted.reoffenders / counted.cohort_size as binary_rate_pct,
    cast(counted.reoffences as double) / nullif(counted.reoffenders, 0) as reoffences_per_reoffender,
    cast(counted.reoffences as double) / counted.cohort_size as reoffences_per_offender,
    {{ days_after("counted.quarter_end", parameter("proven_matured_days")) }} <= {{ as_at() }} as is_mature
from counted
