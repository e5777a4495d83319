-- What the people of each band of the list did in the year after.
{%- set size = parameter("band_size") | int %}
{%- set last_rank = parameter("validity_top_n") | int %}
with bands as (
    {%- for first_rank in range(1, last_rank + 1, size) %}
    {%- set band_end = [first_rank + size - 1, last_rank] | min %}
    select {{ first_rank }} as first_rank, {{ band_end }} as last_rank, '{{ first_rank }}-{{ band_end }}' as band
    {%- if not loop.last %} union all{% endif %}
    {%- endfor %}
),

members as (
    select
        rankings.run_date,
        rankings.rank,
        coalesce(followed.harm_days, cast(0 as decimal(18, 4))) as harm_days,
        coalesce(followed.offences, 0) as offences
    from {{ ref("fct_rankings") }} as rankings
    left join {{ ref("fct_algorithm_follow_up") }} as followed
        on rankings.run_date = followed.run_date and rankings.nominal_id = followed.nominal_id
    where rankings.is_scheduled and rankings.rank <= {{ last_rank }}
),

summed as (
    select
        members.run_date,
        bands.band,
        count(*) as n,
        sum(members.harm_days) as harm_days,
        sum({{ squared("members.harm_days") }}) as harm_squares,
        sum(members.offences) as offences
    from members
    inner join bands on members.rank >= bands.first_rank and members.rank <= bands.last_rank
    group by members.run_date, bands.band
)

select
    {{ as_at() }} as as_at,
    run_dates.run_date,
    bands.band,
    coalesce(summed.n, 0) as n,
    cast(summed.harm_days as double) / summed.n as mean_harm,
    {{ sample_sd("summed.n", "summed.harm_days", "summed.harm_squares") }} as sd_harm,
    cast(summed.offences as double) / summed.n as mean_offences,
    run_dates.is_mature
from {{ ref("dim_run_dates") }} as run_dates
cross join bands
left join summed on run_dates.run_date = summed.run_date and bands.band = summed.band
where run_dates.is_scheduled
