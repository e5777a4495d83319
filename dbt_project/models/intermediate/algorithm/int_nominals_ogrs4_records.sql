{{ config(materialized="view") }}

-- depends_on: {{ ref("int_nominals_sanction_days") }} (on the formal basis, which a project is parsed without)
-- What the static all-reoffending predictor of OGRS4 takes from a scored stretch, on the basis that the parameters name: all but
-- the offence-free months. Nothing where there is no sanction to go by. A stretch lies in one state of the formal sanctions.
{%- set is_formal = parameter("risk_basis") == "'formal'" %}
{%- set sanctions = "days" if is_formal else "stretches" %}
with histories as (
    select
        stretches.standing,
        stretches.sex,
        cast(stretches.age as double) as age,
        nullif({{ sanctions }}.sanctions, 0) as sanctions,
        {{ "days.sanction_date" if is_formal else "stretches.current_sanction_date" }} as current_sanction_date,
        categories.coefficient as category_term,
        {{ age_at(sanctions ~ ".first_sanction_date", "stretches.date_of_birth") }} as first_age,
        {{ age_at("days.sanction_date" if is_formal else "stretches.current_sanction_date", "stretches.date_of_birth") }}
            as current_age
    from {{ ref("int_nominals_standing") }} as stretches
    {%- if is_formal %}
    left join {{ ref("int_nominals_sanction_days") }} as days
        on
            stretches.nominal_id = days.nominal_id
            and stretches.from_index >= days.from_index
            and stretches.from_index < days.to_index
    {%- endif %}
    left join {{ ref("ogrs4_offence_categories") }} as grouped on {{ sanctions }}.ogrs3_group = grouped.ogrs3_group
    left join {{ ref("ogrs4_coefficients") }} as categories
        on categories.term_group = 'offence_category' and grouped.offence_category = categories.term
)

select
    histories.standing,
    case when histories.sanctions is not null then histories.current_sanction_date end as sanction_date,
    {{ ogrs4_record(
        "factors",
        "histories.age",
        "histories.sanctions",
        "histories.first_age",
        "histories.current_age",
        "histories.category_term",
    ) }} as record_term
from histories
left join {{ ref("int_ogrs4_coefficients_by_sex") }} as factors on histories.sex = factors.sex
