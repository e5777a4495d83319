-- Who has a counted offence at as_at and is not ranked, and why.
with recorded as (
    select
        offences.nominal_id,
        sum(offences.weighted_harm_days) as weighted_harm_days
    from {{ ref("fct_offences") }} as offences
    where offences.counted_until is null or offences.counted_until > {{ as_at() }}
    group by offences.nominal_id
)

select
    {{ as_at() }} as as_at,
    case
        when nominals.deceased_date <= {{ as_at() }} then 'deceased'
        when nominals.date_of_birth is null then 'unknown_age'
        when {{ age_at(as_at(), "nominals.date_of_birth") }} < {{ parameter("minimum_age") }} then 'under_age'
        else 'other'
    end as reason,
    recorded.nominal_id,
    cast(recorded.weighted_harm_days as decimal(18, 4)) as weighted_harm_days
from recorded
inner join {{ ref("dim_nominals") }} as nominals on recorded.nominal_id = nominals.nominal_id
left join {{ ref("fct_rankings") }} as rankings
    on recorded.nominal_id = rankings.nominal_id and rankings.run_date = {{ as_at() }}
where rankings.nominal_id is null
