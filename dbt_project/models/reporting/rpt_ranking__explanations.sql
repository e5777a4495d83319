-- Contributions of each term to the scores at as_at; harm summed over its offences.
with terms as (
    select
        explanations.nominal_id,
        explanations.term,
        sum(explanations.contribution) as contribution,
        sum(explanations.value) as value
    from {{ ref("fct_ranking_explanations") }} as explanations
    where explanations.run_date = {{ as_at() }} and explanations.term <> 'harm'
    group by explanations.nominal_id, explanations.term
),

harm as (
    select
        rankings.nominal_id,
        'harm' as term,
        -- the rest of the score: one subtraction in a fixed order, in place of a sum over offences in any order
        rankings.score - (
            max(case when terms.term = 'reference' then terms.contribution end)
            + max(case when terms.term = 'age_sex' then terms.contribution end)
            + max(case when terms.term = 'sanction_history' then terms.contribution end)
            + max(case when terms.term = 'copas' then terms.contribution end)
            + max(case when terms.term = 'offence_group' then terms.contribution end)
        ) as contribution,
        cast(rankings.weighted_harm_days as double) as value
    from {{ ref("fct_rankings") }} as rankings
    inner join terms on rankings.nominal_id = terms.nominal_id
    where rankings.run_date = {{ as_at() }}
    group by rankings.nominal_id, rankings.score, rankings.weighted_harm_days
),

united as (
    select terms.nominal_id, terms.term, terms.contribution, terms.value from terms
    union all
    select harm.nominal_id, harm.term, harm.contribution, harm.value from harm
)

select
    {{ as_at() }} as as_at,
    united.nominal_id,
    united.term,
    case united.term
        when 'reference' then 'Reference person'
        when 'age_sex' then 'Age and sex'
        when 'sanction_history' then 'Sanction history'
        when 'copas' then 'Rate of offending'
        when 'offence_group' then 'Latest offence group'
        when 'harm' then 'Harm of offences'
    end as term_label,
    united.contribution,
    united.value,
    cast(case united.term
        when 'reference' then 1
        when 'harm' then 2
        when 'copas' then 3
        when 'offence_group' then 4
        when 'sanction_history' then 5
        else 6
    end as bigint) as position
from united
