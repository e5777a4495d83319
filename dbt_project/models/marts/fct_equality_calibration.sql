-- Does the same place in the ranking mean the same later harm? At the latest scheduled run date whose follow-up is over,
-- what each group did in it beside all others of known group of the same band of rank, as sums by band.
{%- set characteristics = ("sex", "age_band", "ethnic_group") %}
with latest as (
    select max(dates.run_date) as run_date
    from {{ ref("dim_run_dates") }} as dates
    where dates.is_scheduled and {{ is_mature("dates.run_date") }}
),

people as (
    select
        rankings.run_date,
        case
            {%- for step in range(18) %}
            when rankings.rank <= {{ 50 * 2 ** step }} then {{ step }}
            {%- endfor %}
            else 18
        end as stratum,
        case when nominals.sex in ('M', 'F') then nominals.sex end as sex,
        age_bands.age_band,
        case when ethnicities.is_stated then ethnicities.ethnic_group end as ethnic_group,
        cast(coalesce(followed.offences, 0) as decimal(18, 4)) as offences,
        coalesce(followed.harm_days, cast(0 as decimal(18, 4))) as harm_days
    from {{ ref("fct_rankings") }} as rankings
    inner join latest on rankings.run_date = latest.run_date
    inner join {{ ref("dim_nominals") }} as nominals on rankings.nominal_id = nominals.nominal_id
    left join {{ ref("dim_ethnicities") }} as ethnicities on nominals.ethnicity = ethnicities.ethnicity
    left join {{ ref("dim_age_bands") }} as age_bands
        on
            {{ age_at("rankings.run_date", "nominals.date_of_birth") }} >= age_bands.age_from
            and {{ age_at("rankings.run_date", "nominals.date_of_birth") }} <= age_bands.age_to
    left join {{ ref("fct_algorithm_follow_up") }} as followed
        on rankings.run_date = followed.run_date and rankings.nominal_id = followed.nominal_id
),

grouped as (
    {%- for characteristic in characteristics %}
    {%- set outer_loop = loop %}
    {%- for outcome in ("offences", "harm_days") %}
    select
        people.run_date,
        '{{ characteristic }}' as characteristic,
        people.{{ characteristic }} as group_name,
        '{{ outcome }}' as outcome,
        people.stratum,
        count(*) as n,
        sum(people.{{ outcome }}) as total,
        sum({{ squared("people." ~ outcome) }}) as squares
    from people
    where people.{{ characteristic }} is not null
    group by people.run_date, people.{{ characteristic }}, people.stratum
    {%- if not (outer_loop.last and loop.last) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

by_stratum as (
    select
        grouped.run_date,
        grouped.characteristic,
        grouped.group_name,
        grouped.outcome,
        grouped.stratum,
        grouped.n as n_group,
        grouped.total as total_group,
        grouped.squares as squares_group,
        (sum(grouped.n) over same_band) - grouped.n as n_others,
        (sum(grouped.total) over same_band) - grouped.total as total_others,
        (sum(grouped.squares) over same_band) - grouped.squares as squares_others
    from grouped
    window same_band as (partition by grouped.characteristic, grouped.outcome, grouped.stratum)
),

compared as (
    {{ stratified_comparison("by_stratum", ["run_date", "characteristic", "group_name", "outcome"]) }}
)

select
    compared.run_date,
    compared.characteristic,
    compared.group_name,
    compared.outcome,
    compared.n_group,
    compared.n_others,
    compared.n_all_group,
    compared.mean_group,
    compared.mean_others,
    compared.ratio,
    compared.ci_low,
    compared.ci_high,
    {{ side_of_one("compared", parameter("minimum_nominals_for_verdict")) }} as verdict
from compared
