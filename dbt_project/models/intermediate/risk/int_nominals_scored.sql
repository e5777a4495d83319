-- Person x run date: the four OGRS3 terms on both bases, both probabilities, and the score. The population: surviving
-- nominals with a counted offence, alive, of known age, old enough.
with population as (
    select
        run_dates.run_index,
        run_dates.run_date,
        states.nominal_id,
        nominals.sex,
        nominals.date_of_birth,
        {{ age_at("run_dates.run_date", "nominals.date_of_birth") }} as age,
        states.harm_days,
        states.weighted_harm_days,
        states.offence_count,
        states.high_harm_count,
        states.latest_offence_date,
        states.sanctions,
        states.first_sanction_date,
        states.current_sanction_date,
        states.ogrs3_group
    from {{ ref("int_nominals_states") }} as states
    inner join {{ ref("int_nominals_survived") }} as nominals on states.nominal_id = nominals.nominal_id
    inner join {{ ref("int_run_dates") }} as run_dates
        on states.from_index <= run_dates.run_index and states.to_index > run_dates.run_index
    where
        nominals.date_of_birth is not null
        and (nominals.deceased_date is null or nominals.deceased_date > run_dates.run_date)
),

formal as (
    select
        days.nominal_id,
        days.from_index,
        days.to_index,
        days.sanctions,
        days.first_sanction_date,
        days.sanction_date as current_sanction_date,
        days.ogrs3_group,
        {{ sanction_history("days.is_conviction", "days.sanctions", "days.is_previous_conviction") }} as history_term
    from {{ ref("int_nominals_sanction_days") }} as days
),

terms as (
    select
        population.*,
        age_sex.coefficient as age_sex_term,
        case
            when population.sanctions > 0
                then {{ sanction_history("true", "population.sanctions", "true") }}
        end as recorded_history_term,
        case
            when population.sanctions > 0
                then
                    {{ copas_rate(
                        "population.sanctions",
                        age_at("population.first_sanction_date", "population.date_of_birth"),
                        age_at("population.current_sanction_date", "population.date_of_birth"),
                    ) }}
        end as copas_recorded,
        cast(recorded_group.coefficient as double) as recorded_group_term,
        formal.history_term as formal_history_term,
        case
            when formal.sanctions > 0
                then
                    {{ copas_rate(
                        "formal.sanctions",
                        age_at("formal.first_sanction_date", "population.date_of_birth"),
                        age_at("formal.current_sanction_date", "population.date_of_birth"),
                    ) }}
        end as copas_formal,
        cast(formal_group.coefficient as double) as formal_group_term,
        ln(1.0 + cast(population.weighted_harm_days as double)) as harm_term
    from population
    left join {{ ref("int_ogrs3_age_sex") }} as age_sex
        on population.age = age_sex.age and population.sex = age_sex.sex
    left join {{ ref("ogrs3_coefficients") }} as recorded_group
        on recorded_group.term_group = 'offence_group' and population.ogrs3_group = recorded_group.term
    left join formal
        on
            population.nominal_id = formal.nominal_id
            and population.run_index >= formal.from_index
            and population.run_index < formal.to_index
    left join {{ ref("ogrs3_coefficients") }} as formal_group
        on formal_group.term_group = 'offence_group' and formal.ogrs3_group = formal_group.term
    where population.age >= {{ parameter("minimum_age") }}
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
