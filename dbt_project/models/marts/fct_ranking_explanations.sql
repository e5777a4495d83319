with terms as (
    select terms.* from {{ ref("int_ranking_terms") }} as terms
),

named as (
    {%- for term, value, contribution in (
        ("reference", "terms.reference_score", "terms.reference_score"),
        ("age_sex", "terms.age_sex_term", "terms.age_sex_contribution"),
        ("sanction_history", "terms.history_term", "terms.sanction_history_contribution"),
        ("copas", "terms.copas_rate", "terms.copas_contribution"),
        ("offence_group", "terms.group_term", "terms.offence_group_contribution"),
    ) %}
    select
        terms.run_date,
        terms.nominal_id,
        '{{ term }}' as term,
        {{ as_text("null") }} as offence_id,
        {{ value }} as value,
        {{ contribution }} as contribution
    from terms
    union all
    {%- endfor %}
    -- a person whose counted offences carry no harm has one row for it
    select
        terms.run_date,
        terms.nominal_id,
        'harm' as term,
        {{ as_text("null") }} as offence_id,
        cast(0 as double) as value,
        terms.harm_contribution as contribution
    from terms
    where terms.weighted_harm_days = 0
    union all
    -- harm's share is split over the offences in proportion to their weighted harm
    select
        terms.run_date,
        terms.nominal_id,
        'harm' as term,
        links.offence_id,
        cast(links.weighted_harm_days as double) as value,
        terms.harm_contribution * cast(links.weighted_harm_days as double)
        / cast(terms.weighted_harm_days as double) as contribution
    from terms
    inner join {{ ref("int_offence_links_indexed") }} as links
        on
            terms.nominal_id = links.nominal_id
            and terms.run_index >= links.from_index
            and terms.run_index < links.to_index
    where terms.weighted_harm_days > 0
)

select
    named.run_date,
    named.nominal_id,
    named.term,
    named.offence_id,
    named.value,
    named.contribution
from named
