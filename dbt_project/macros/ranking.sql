{#
    From counted offences to the score, as macros over their inputs: the published ranking and the one that the linkage
    model would give are computed by the same words. Each is the body of the model that it is named after.
#}

{% macro offence_links_indexed(links, nominals) -%}
with counted as (
    select
        links.nominal_id,
        links.offence_id,
        offences.ogrs3_group,
        offences.ho_code,
        offences.offence_date,
        offences.recorded_date,
        offences.is_high_harm,
        coalesce(offences.harm_days, cast(0 as decimal(18, 4))) as harm_days,
        offences.weighted_harm_days,
        known.run_index as from_index,
        coalesce(gone.run_index, (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date))
            as to_index,
        nominals.date_of_birth is not null
        and {{ age_at("offences.recorded_date", "nominals.date_of_birth") }} >= {{ parameter("minimum_sanction_age") }}
            as is_sanction
    from {{ links }} as links
    inner join {{ ref("int_offences_weighed") }} as offences on links.offence_id = offences.offence_id
    inner join {{ nominals }} as nominals on links.nominal_id = nominals.nominal_id
    inner join {{ ref("int_dates_indexed") }} as known
        on greatest(offences.recorded_date, offences.offence_date) = known.day
    left join {{ ref("int_dates_indexed") }} as gone on links.counted_until = gone.day
)

select
    counted.*,
    row_number() over (
        partition by counted.nominal_id
        order by
            case when counted.is_sanction then 0 else 1 end asc,
            counted.recorded_date desc,
            counted.harm_days desc,
            counted.ho_code asc,
            counted.offence_id asc
    ) as sanction_order
from counted
where counted.from_index < counted.to_index
{%- endmacro %}

{#
    Links that begin and end to count at the same dates are added up first: a person's stretches meet those few sums, and not each
    link. A day of sanctions counts once, however many links it has: as the dates on which at least one of them counts. Where they
    all begin or all end together, those are one stretch; else they are what their stretches come to when laid over each other.
#}
{% macro nominals_states(links) -%}
with day_spans as (
    select
        links.nominal_id,
        links.recorded_date,
        min(links.from_index) as from_index,
        max(links.to_index) as to_index,
        min(links.from_index) = max(links.from_index) or min(links.to_index) = max(links.to_index) as is_one_stretch
    from {{ links }} as links
    where links.is_sanction
    group by links.nominal_id, links.recorded_date
),

day_parts as (
    select
        links.nominal_id,
        links.recorded_date,
        links.from_index,
        links.to_index,
        max(links.to_index) over (
            partition by links.nominal_id, links.recorded_date order by links.from_index, links.to_index
            rows between unbounded preceding and 1 preceding
        ) as reached_index
    from {{ links }} as links
    inner join day_spans
        on links.nominal_id = day_spans.nominal_id and links.recorded_date = day_spans.recorded_date
    where links.is_sanction and not day_spans.is_one_stretch
),

day_parts_numbered as (
    select
        day_parts.*,
        sum(case when day_parts.from_index <= day_parts.reached_index then 0 else 1 end) over (
            partition by day_parts.nominal_id, day_parts.recorded_date order by day_parts.from_index, day_parts.to_index
            rows between unbounded preceding and current row
        ) as part
    from day_parts
),

days as (
    select
        day_spans.nominal_id,
        day_spans.from_index,
        day_spans.to_index
    from day_spans
    where day_spans.is_one_stretch
    union all
    select
        parts.nominal_id,
        min(parts.from_index) as from_index,
        max(parts.to_index) as to_index
    from day_parts_numbered as parts
    group by parts.nominal_id, parts.recorded_date, parts.part
),

counted as (
    select
        links.nominal_id,
        links.from_index,
        links.to_index,
        links.harm_days,
        links.weighted_harm_days,
        1 as offences,
        case when links.is_high_harm then 1 else 0 end as high_harm,
        links.offence_date,
        case when links.is_sanction then links.recorded_date end as sanction_date,
        case when links.is_sanction then links.sanction_order end as sanction_order,
        0 as sanction_days
    from {{ links }} as links
    union all
    select
        days.nominal_id,
        days.from_index,
        days.to_index,
        null as harm_days,
        null as weighted_harm_days,
        0 as offences,
        0 as high_harm,
        null as offence_date,
        null as sanction_date,
        null as sanction_order,
        1 as sanction_days
    from days
),

spans as (
    select
        counted.nominal_id,
        counted.from_index,
        counted.to_index,
        sum(counted.harm_days) as harm_days,
        sum(counted.weighted_harm_days) as weighted_harm_days,
        max(counted.harm_days) as gravest_harm_days,
        sum(counted.offences) as offence_count,
        sum(counted.high_harm) as high_harm_count,
        max(counted.offence_date) as latest_offence_date,
        min(counted.sanction_date) as first_sanction_date,
        max(counted.sanction_date) as current_sanction_date,
        min(counted.sanction_order) as current_sanction_order,
        sum(counted.sanction_days) as sanctions
    from counted
    group by counted.nominal_id, counted.from_index, counted.to_index
),

change_points as (
    select spans.nominal_id, spans.from_index as run_index from spans
    union
    select spans.nominal_id, spans.to_index as run_index from spans
),

stretches as (
    select
        change_points.nominal_id,
        change_points.run_index as from_index,
        lead(change_points.run_index) over (
            partition by change_points.nominal_id order by change_points.run_index
        ) as to_index
    from change_points
),

states as (
    select
        stretches.nominal_id,
        stretches.from_index,
        stretches.to_index,
        {%- for total in ("harm_days", "weighted_harm_days", "offence_count", "high_harm_count", "sanctions") %}
        sum(spans.{{ total }}) as {{ total }},
        {%- endfor %}
        {%- for latest in ("gravest_harm_days", "latest_offence_date", "current_sanction_date") %}
        max(spans.{{ latest }}) as {{ latest }},
        {%- endfor %}
        min(spans.first_sanction_date) as first_sanction_date,
        min(spans.current_sanction_order) as current_sanction_order
    from stretches
    inner join spans
        on
            stretches.nominal_id = spans.nominal_id
            and stretches.from_index >= spans.from_index
            and stretches.from_index < spans.to_index
    where stretches.to_index is not null
    group by stretches.nominal_id, stretches.from_index, stretches.to_index
)

select
    states.nominal_id,
    states.from_index,
    states.to_index,
    cast(states.harm_days as decimal(18, 4)) as harm_days,
    cast(states.weighted_harm_days as decimal(18, 4)) as weighted_harm_days,
    states.gravest_harm_days,
    cast(states.offence_count as bigint) as offence_count,
    cast(states.high_harm_count as bigint) as high_harm_count,
    states.latest_offence_date,
    cast(states.sanctions as bigint) as sanctions,
    states.first_sanction_date,
    states.current_sanction_date,
    current_link.ogrs3_group
from states
left join {{ links }} as current_link
    on
        states.nominal_id = current_link.nominal_id
        and states.current_sanction_order = current_link.sanction_order
{%- endmacro %}

{% macro nominals_sanction_days(sanctions, nominals) -%}
with aged as (
    select
        events.nominal_id,
        events.sanction_date,
        events.ogrs3_group,
        events.sanction = 'conviction' as is_conviction,
        row_number() over (
            partition by events.nominal_id, events.sanction_date
            order by coalesce(events.harm_days, 0) desc, events.ho_code asc, events.event_id asc
        ) as event_position,
        max(case when events.sanction = 'conviction' then 1 else 0 end) over (
            partition by events.nominal_id, events.sanction_date
        ) as day_has_conviction
    from {{ sanctions }} as events
    inner join {{ nominals }} as nominals on events.nominal_id = nominals.nominal_id
    where
        nominals.date_of_birth is not null
        and {{ age_at("events.sanction_date", "nominals.date_of_birth") }} >= {{ parameter("minimum_sanction_age") }}
),

days as (
    select
        aged.nominal_id,
        aged.sanction_date,
        aged.ogrs3_group,
        aged.day_has_conviction = 1 as is_conviction,
        row_number() over (partition by aged.nominal_id order by aged.sanction_date) as sanctions,
        min(aged.sanction_date) over (partition by aged.nominal_id) as first_sanction_date,
        lag(aged.day_has_conviction = 1) over (
            partition by aged.nominal_id order by aged.sanction_date
        ) as is_previous_conviction
    from aged
    where aged.event_position = 1
),

indexed as (
    select
        days.*,
        known.run_index as from_index,
        coalesce(
            lead(known.run_index) over (partition by days.nominal_id order by days.sanction_date),
            (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date)
        ) as to_index
    from days
    inner join {{ ref("int_dates_indexed") }} as known on days.sanction_date = known.day
)

select indexed.*
from indexed
where indexed.from_index < indexed.to_index
{%- endmacro %}

{#
    A score changes with the record, with a sanction and with age, and not from date to date: it is computed once for each
    stretch of run dates on which it stays.
#}
{% macro nominals_scored(states, nominals, sanction_days) -%}
with ending as (
    select max(run_dates.run_index) + 1 as run_index from {{ ref("int_run_dates") }} as run_dates
),

-- dates of birth are few: each is aged once, for everybody born on it
ages as (
    select
        born.date_of_birth,
        {{ age_at("run_dates.run_date", "born.date_of_birth") }} as age,
        min(run_dates.run_index) as from_index,
        max(run_dates.run_index) + 1 as to_index
    from (
        select distinct nominals.date_of_birth from {{ nominals }} as nominals where nominals.date_of_birth is not null
    ) as born
    cross join {{ ref("int_run_dates") }} as run_dates
    group by born.date_of_birth, {{ age_at("run_dates.run_date", "born.date_of_birth") }}
),

deaths as (
    select nominals.nominal_id, min(run_dates.run_index) as run_index
    from {{ nominals }} as nominals
    inner join {{ ref("int_run_dates") }} as run_dates on nominals.deceased_date <= run_dates.run_date
    group by nominals.nominal_id
),

people as (
    select
        nominals.nominal_id,
        nominals.sex,
        nominals.date_of_birth,
        ages.age,
        ages.from_index,
        least(ages.to_index, coalesce(deaths.run_index, ages.to_index)) as to_index
    from {{ nominals }} as nominals
    inner join ages on nominals.date_of_birth = ages.date_of_birth
    left join deaths on nominals.nominal_id = deaths.nominal_id
    where
        ages.age >= {{ parameter("minimum_age") }}
        and ages.from_index < coalesce(deaths.run_index, ages.to_index)
),

formal as (
    select
        days.nominal_id,
        days.from_index,
        days.to_index,
        {{ sanction_history("days.is_conviction", "days.sanctions", "days.is_previous_conviction") }} as history_term,
        {{ copas_rate(
            "days.sanctions",
            age_at("days.first_sanction_date", "nominals.date_of_birth"),
            age_at("days.sanction_date", "nominals.date_of_birth"),
        ) }} as copas_rate,
        cast(groups.coefficient as double) as group_term
    from {{ sanction_days }} as days
    inner join {{ nominals }} as nominals on days.nominal_id = nominals.nominal_id
    left join {{ ref("ogrs3_coefficients") }} as groups
        on groups.term_group = 'offence_group' and days.ogrs3_group = groups.term
),

-- and the stretch before the first sanction, so that the stretches of a person leave no gap
sanctioned as (
    select formal.* from formal
    union all
    select
        nominals.nominal_id,
        1 as from_index,
        coalesce(first_days.from_index, ending.run_index) as to_index,
        null as history_term,
        null as copas_rate,
        null as group_term
    from {{ nominals }} as nominals
    cross join ending
    left join (
        select formal.nominal_id, min(formal.from_index) as from_index from formal group by formal.nominal_id
    ) as first_days on nominals.nominal_id = first_days.nominal_id
),

recorded as (
    select
        states.*,
        {{ sanction_history("true", "states.sanctions", "true") }} as recorded_history_term,
        cast(groups.coefficient as double) as recorded_group_term,
        ln(1.0 + cast(states.weighted_harm_days as double)) as harm_term
    from {{ states }} as states
    left join {{ ref("ogrs3_coefficients") }} as groups
        on groups.term_group = 'offence_group' and states.ogrs3_group = groups.term
),

terms as (
    select
        people.nominal_id,
        greatest(recorded.from_index, people.from_index, sanctioned.from_index) as from_index,
        least(recorded.to_index, people.to_index, sanctioned.to_index) as to_index,
        people.sex,
        people.date_of_birth,
        people.age,
        recorded.harm_days,
        recorded.weighted_harm_days,
        recorded.gravest_harm_days,
        recorded.offence_count,
        recorded.high_harm_count,
        recorded.latest_offence_date,
        recorded.sanctions,
        recorded.first_sanction_date,
        recorded.current_sanction_date,
        recorded.ogrs3_group,
        age_sex.coefficient as age_sex_term,
        recorded.harm_term,
        sanctioned.history_term as formal_history_term,
        sanctioned.copas_rate as copas_formal,
        sanctioned.group_term as formal_group_term,
        case when recorded.sanctions > 0 then recorded.recorded_history_term end as recorded_history_term,
        case
            when recorded.sanctions > 0
                then
                    {{ copas_rate(
                        "recorded.sanctions",
                        age_at("recorded.first_sanction_date", "people.date_of_birth"),
                        age_at("recorded.current_sanction_date", "people.date_of_birth"),
                    ) }}
        end as copas_recorded,
        recorded.recorded_group_term
    from recorded
    inner join people
        on
            recorded.nominal_id = people.nominal_id
            and recorded.from_index < people.to_index
            and recorded.to_index > people.from_index
    inner join sanctioned
        on
            recorded.nominal_id = sanctioned.nominal_id
            and greatest(recorded.from_index, people.from_index) < sanctioned.to_index
            and least(recorded.to_index, people.to_index) > sanctioned.from_index
    left join {{ ref("int_ogrs3_age_sex") }} as age_sex on people.age = age_sex.age and people.sex = age_sex.sex
),

probabilities as (
    select
        terms.*,
        {%- for years, column in (("one", "p1"), ("two", "p2")) %}
        {%- for basis in ("formal", "recorded") %}
        {{ ogrs3_probability(
            years,
            "terms.age_sex_term",
            "terms." ~ basis ~ "_history_term",
            "terms.copas_" ~ basis,
            "terms." ~ basis ~ "_group_term",
        ) }} as ogrs3_{{ basis }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        {%- set basis = risk_basis() %}
        terms.{{ basis }}_history_term as history_term,
        terms.copas_{{ basis }} as copas_rate,
        terms.{{ basis }}_group_term as group_term
    from terms
)

select
    probabilities.*,
    probabilities.ogrs3_{{ basis }}_p2 as risk_probability,
    probabilities.ogrs3_{{ basis }}_p2 * probabilities.harm_term as score
from probabilities
{%- endmacro %}

{# Counted offences of a person in the days (d - days, d], by the run dates d [from_index, to_index) on which they are such. #}
{% macro recent_offences(days) -%}
with leaving as (
    select
        offence_days.offence_date,
        coalesce(
            min(run_dates.run_index),
            (select max(last_date.run_index) + 1 from {{ ref("int_run_dates") }} as last_date)
        ) as run_index
    from (select distinct links.offence_date from {{ ref("int_offence_links_indexed") }} as links) as offence_days
    left join {{ ref("int_run_dates") }} as run_dates
        on run_dates.run_date >= {{ days_after("offence_days.offence_date", days) }}
    group by offence_days.offence_date
)

select
    links.nominal_id,
    links.from_index,
    least(links.to_index, leaving.run_index) as to_index,
    count(*) as offences
from {{ ref("int_offence_links_indexed") }} as links
inner join leaving on links.offence_date = leaving.offence_date
where links.from_index < leaving.run_index
group by links.nominal_id, links.from_index, least(links.to_index, leaving.run_index)
{%- endmacro %}

{# Every tie-breaker of the ranking, in order; nulls last. #}
{% macro ranking_order(people) -%}
    round({{ people }}.score, {{ parameter("score_decimals") }}) desc nulls last,
    round({{ people }}.copas_rate, {{ parameter("score_decimals") }}) desc nulls last,
    {{ people }}.weighted_harm_days desc nulls last,
    {{ people }}.latest_offence_date desc nulls last,
    {{ people }}.nominal_id asc
{%- endmacro %}

{#
    The states of people between their changes, as the expressions `changed` and `states`: from `changes` (nominal_id, run_index
    and a column for each of `totals`) a row for each stretch of run dates on which nothing changes, open at its end for the
    last. Each column is what its aggregate (`sum`, `max`) makes of all changes up to then.
#}
{% macro states_between(changes, totals) -%}
changed as (
    select
        {{ changes }}.nominal_id,
        {{ changes }}.run_index,
        {%- for column, aggregate in totals.items() %}
        {{ aggregate }}({{ changes }}.{{ column }}) as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ changes }}
    group by {{ changes }}.nominal_id, {{ changes }}.run_index
),

states as (
    select
        changed.nominal_id,
        changed.run_index as from_index,
        lead(changed.run_index) over person as to_index,
        {%- for column, aggregate in totals.items() %}
        {{ aggregate }}(changed.{{ column }}) over person as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from changed
    window person as (partition by changed.nominal_id order by changed.run_index)
)
{%- endmacro %}

{#
    The scored stretches once for each of these terms that is known of them: its number, its value, and a bin that rises with the
    value, whatever that is. How wide a bin is, is a matter of speed alone.
#}
{% macro terms_of_stretches(terms) -%}
(
    {%- for term in terms %}
    select
        stretches.from_index,
        stretches.to_index,
        {{ loop.index }} as term,
        stretches.{{ term }} as value,
        cast(floor(stretches.{{ term }} * 64) as bigint) as bin
    from {{ ref("int_nominals_standing") }} as stretches
    where stretches.{{ term }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)
{%- endmacro %}
