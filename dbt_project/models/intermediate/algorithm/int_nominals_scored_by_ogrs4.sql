{{ config(materialized="view") }}

-- depends_on: {{ ref("int_nominals_sanction_days") }} (on the formal basis, which a project is parsed without)
-- Everybody ranked at a scheduled run date, with what the static all-reoffending predictor of OGRS4 says of them on the
-- basis that the parameters name; nothing where there is no sanction to go by. Offence-free months are whole months from the
-- current sanction, or from the last release where that is later; none inside. Everybody stays, so that nobody needs to be
-- looked up by name and date once more, and all is joined from the left, so that the many are never what is looked up in.
{%- set is_formal = parameter("risk_basis") == "'formal'" %}
{%- set sanctions = "days" if is_formal else "people" %}
with histories as (
    select
        people.run_index,
        people.run_date,
        people.nominal_id,
        people.rank,
        people.standing,
        people.latest_offence_date,
        people.sex,
        cast(people.age as double) as age,
        people.date_of_birth,
        nullif({{ sanctions }}.sanctions, 0) as sanctions,
        {{ sanctions }}.first_sanction_date,
        {{ "days.sanction_date" if is_formal else "people.current_sanction_date" }} as current_sanction_date,
        {{ sanctions }}.ogrs3_group,
        released.released_date
    from {{ ref("int_nominals_ranked") }} as people
    inner join {{ ref("int_run_dates") }} as run_dates
        on people.run_index = run_dates.run_index and run_dates.is_scheduled
    left join {{ ref("int_nominals_released") }} as released
        on people.nominal_id = released.nominal_id and people.run_index = released.run_index
    {%- if is_formal %}
    left join {{ ref("int_nominals_sanction_days") }} as days
        on
            people.nominal_id = days.nominal_id
            and people.run_index >= days.from_index
            and people.run_index < days.to_index
    {%- endif %}
),

aged as (
    select
        histories.*,
        categories.coefficient as category_term,
        {{ age_at("histories.first_sanction_date", "histories.date_of_birth") }} as first_age,
        {{ age_at("histories.current_sanction_date", "histories.date_of_birth") }} as current_age,
        greatest(
            histories.current_sanction_date, coalesce(histories.released_date, histories.current_sanction_date)
        ) as free_since
    from histories
    left join {{ ref("ogrs4_offence_categories") }} as grouped on histories.ogrs3_group = grouped.ogrs3_group
    left join {{ ref("ogrs4_coefficients") }} as categories
        on categories.term_group = 'offence_category' and grouped.offence_category = categories.term
),

measured as (
    select
        aged.*,
        case
            when aged.sanctions is not null
                then cast(
                    least(
                        {{ months_between("aged.free_since", "aged.run_date") }},
                        {{ parameter("ogrs4_offence_free_months_cap") }}
                    ) as double
                )
        end as offence_free_months
    from aged
)

select
    measured.run_index,
    measured.run_date,
    measured.nominal_id,
    measured.rank,
    measured.standing,
    measured.latest_offence_date,
    measured.offence_free_months,
    {{ ogrs4_probability(
        "factors",
        "measured.age",
        "measured.sanctions",
        "measured.first_age",
        "measured.current_age",
        "measured.category_term",
        "measured.offence_free_months",
    ) }} as probability
from measured
left join {{ ref("int_ogrs4_coefficients_by_sex") }} as factors on measured.sex = factors.sex
