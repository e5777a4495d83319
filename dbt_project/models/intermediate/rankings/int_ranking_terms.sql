-- The first of each list against the reference person of its date: what each term of the score contributes.
with compared as (
    select
        ranked.run_index,
        ranked.run_date,
        ranked.nominal_id,
        ranked.age_sex_term,
        ranked.history_term,
        ranked.copas_rate,
        ranked.group_term,
        ranked.harm_term,
        ranked.weighted_harm_days,
        reference_person.harm_term as reference_harm_term,
        {%- for mask in range(16) %}
        {{ ogrs3_probability(
            "two",
            ("ranked" if mask % 2 else "reference_person") ~ ".age_sex_term",
            ("ranked" if (mask // 2) % 2 else "reference_person") ~ ".history_term",
            ("ranked" if (mask // 4) % 2 else "reference_person") ~ ".copas_rate",
            ("ranked" if mask // 8 else "reference_person") ~ ".group_term",
        ) }} as p_{{ mask }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref("int_nominals_ranked") }} as ranked
    inner join {{ ref("int_reference_persons") }} as reference_person
        on ranked.run_index = reference_person.run_index
    where ranked.rank <= {{ parameter("explained_n") }} and ranked.score is not null
)

select
    compared.run_index,
    compared.run_date,
    compared.nominal_id,
    compared.age_sex_term,
    compared.history_term,
    compared.copas_rate,
    compared.group_term,
    compared.weighted_harm_days,
    compared.p_0 * compared.reference_harm_term as reference_score,
    {%- for term in ("age_sex", "sanction_history", "copas", "offence_group", "harm") %}
    {{ shapley_value(loop.index0, "compared.harm_term", "compared.reference_harm_term") }}
        as {{ term }}_contribution{{ "," if not loop.last }}
    {%- endfor %}
from compared
