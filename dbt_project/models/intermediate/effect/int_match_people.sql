-- Everybody ranked with a score on a date to which an adoption looks back, with what people are matched on. The score is
-- rounded as in the ranking's order, so that ties do not hang on the last bit of a double.
with needed as (
    select distinct adoptions.run_index, adoptions.run_date
    from {{ ref("int_adoptions") }} as adoptions
    where adoptions.run_index is not null
),

recent as (
    select
        links.nominal_id,
        needed.run_index,
        count(*) as offences
    from {{ ref("int_offence_links_indexed") }} as links
    inner join needed
        on
            links.from_index <= needed.run_index
            and links.to_index > needed.run_index
            and links.offence_date > {{ days_after("needed.run_date", "-" ~ parameter("match_offences_days")) }}
    group by links.nominal_id, needed.run_index
)

select
    ranked.run_index,
    ranked.run_date,
    ranked.nominal_id,
    ranked.sex,
    ranked.age,
    cast(round(ranked.score, {{ parameter("score_decimals") }}) as decimal(18, 12)) as score,
    ranked.risk_probability,
    ranked.weighted_harm_days,
    ranked.offence_count,
    coalesce(recent.offences, 0) as recent_offences,
    management.nominal_id is null and custody.nominal_id is null as is_comparable
from {{ ref("int_nominals_ranked") }} as ranked
inner join needed on ranked.run_index = needed.run_index
left join recent on ranked.nominal_id = recent.nominal_id and ranked.run_index = recent.run_index
left join {{ ref("int_management_by_run_date") }} as management
    on ranked.nominal_id = management.nominal_id and ranked.run_index = management.run_index
left join {{ ref("int_custody_by_run_date") }} as custody
    on ranked.nominal_id = custody.nominal_id and ranked.run_index = custody.run_index
where ranked.score is not null
