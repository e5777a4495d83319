-- Per cohort and covariate: means of the adopted and of the comparison, before matching (all who could be matched against
-- everybody comparable on the same dates) and after, and the differences in standard deviations. Both differences are measured by
-- the standard deviations before matching, so that they can be compared (Austin 2011). Each adopted person's comparison
-- counts as one, and nobody is compared with themselves. Sums are of decimals, so they do not depend on the order of the rows.
{%- set covariates = {
    "score": "cast(people.score as double)",
    "risk_probability": "people.risk_probability",
    "weighted_harm_days": "cast(people.weighted_harm_days as double)",
    "age": "people.age",
    "is_female": "case when people.sex = 'F' then 1 else 0 end",
    "offences_365_days": "people.recent_offences",
    "offences_all_time": "people.offence_count",
} %}

with looked_at as (
    select adoptions.nominal_id, adoptions.run_index
    from {{ ref("int_adoptions") }} as adoptions
    union
    select pairs.comparator_id as nominal_id, pairs.run_index
    from {{ ref("int_matched_pairs") }} as pairs
),

adopted_and_comparators as (
    select looked_at.run_index, matchable.*
    from looked_at
    inner join {{ ref("int_match_people") }} as matchable
        on
            looked_at.nominal_id = matchable.nominal_id
            and looked_at.run_index >= matchable.from_index
            and looked_at.run_index < matchable.to_index
),

valued as (
    {%- for covariate, expression in covariates.items() %}
    select
        '{{ covariate }}' as covariate,
        people.run_index,
        people.nominal_id,
        people.is_comparable,
        cast({{ expression }} as double) as value
    from adopted_and_comparators as people
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

adopted as (
    select
        spells.cohort,
        spells.nominal_id,
        spells.adopted_date,
        adoptions.run_index,
        pairs.nominal_id is not null as is_matched
    from {{ ref("int_first_spells") }} as spells
    inner join {{ ref("int_adoptions") }} as adoptions
        on spells.nominal_id = adoptions.nominal_id and spells.adopted_date = adoptions.adopted_date
    left join {{ ref("int_matched_pairs") }} as pairs
        on
            spells.nominal_id = pairs.nominal_id
            and spells.adopted_date = pairs.adopted_date
            and pairs.position = 1
),

adopted_sums as (
    select
        adopted.cohort,
        valued.covariate,
        count(*) as n,
        sum(case when adopted.is_matched then 1 else 0 end) as n_matched,
        {{ fixed_sum("valued.value") }} as total,
        {{ fixed_sum("valued.value * valued.value") }} as total_of_squares,
        {{ fixed_sum("case when adopted.is_matched then valued.value end") }} as total_matched
    from adopted
    inner join valued on adopted.nominal_id = valued.nominal_id and adopted.run_index = valued.run_index
    group by adopted.cohort, valued.covariate
),

-- everybody comparable: many, so summed by the stretches on which they are, of which there are few, and then by date
stretches as (
    select
        people.from_index,
        people.to_index,
        {%- for covariate, expression in covariates.items() %}
        {%- set value = "cast(" ~ expression ~ " as double)" %}
        {{ exact_sum(value) }} as {{ covariate }}_total,
        {{ exact_sum(value ~ " * " ~ value) }} as {{ covariate }}_total_of_squares,
        {%- endfor %}
        count(*) as n
    from {{ ref("int_match_people") }} as people
    where people.is_comparable
    group by people.from_index, people.to_index
),

pools as (
    {%- for covariate in covariates %}
    select
        '{{ covariate }}' as covariate,
        run_dates.run_index,
        cast(sum(stretches.n) as bigint) as n,
        {{ fixed_sum("stretches." ~ covariate ~ "_total") }} as total,
        {{ fixed_sum("stretches." ~ covariate ~ "_total_of_squares") }} as total_of_squares
    from stretches
    inner join {{ ref("int_run_dates") }} as run_dates
        on stretches.from_index <= run_dates.run_index and stretches.to_index > run_dates.run_index
    group by run_dates.run_index
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- everybody comparable but the adopted person
pools_of_others as (
    select
        adopted.cohort,
        pools.covariate,
        (pools.total - case when own.is_comparable then own.value else 0.0 end)
        / nullif(pools.n - case when own.is_comparable then 1 else 0 end, 0) as mean,
        (pools.total_of_squares - case when own.is_comparable then own.value * own.value else 0.0 end)
        / nullif(pools.n - case when own.is_comparable then 1 else 0 end, 0) as mean_of_squares
    from adopted
    inner join valued as own on adopted.nominal_id = own.nominal_id and adopted.run_index = own.run_index
    inner join pools on own.run_index = pools.run_index and own.covariate = pools.covariate
),

pool_sums as (
    select
        pools_of_others.cohort,
        pools_of_others.covariate,
        count(pools_of_others.mean) as n,
        {{ fixed_sum("pools_of_others.mean") }} as total,
        {{ fixed_sum("pools_of_others.mean_of_squares") }} as total_of_squares
    from pools_of_others
    group by pools_of_others.cohort, pools_of_others.covariate
),

comparator_sums as (
    select
        adopted.cohort,
        valued.covariate,
        count(distinct pairs.comparator_id) as n_comparison,
        {{ fixed_sum("valued.value / pairs.comparators") }} as total_matched
    from adopted
    inner join {{ ref("int_matched_pairs") }} as pairs
        on adopted.nominal_id = pairs.nominal_id and adopted.adopted_date = pairs.adopted_date
    inner join valued on pairs.comparator_id = valued.nominal_id and pairs.run_index = valued.run_index
    group by adopted.cohort, valued.covariate
),

means as (
    select
        adopted_sums.cohort,
        adopted_sums.covariate,
        adopted_sums.n as n_before,
        adopted_sums.n_matched as n_after,
        coalesce(comparator_sums.n_comparison, 0) as n_comparison,
        adopted_sums.total / adopted_sums.n as mean_adopted_before,
        pool_sums.total / nullif(pool_sums.n, 0) as mean_comparison_before,
        adopted_sums.total_matched / nullif(adopted_sums.n_matched, 0) as mean_adopted_after,
        comparator_sums.total_matched / nullif(adopted_sums.n_matched, 0) as mean_comparison_after,
        sqrt(
            (
                greatest(
                    adopted_sums.total_of_squares - adopted_sums.total * adopted_sums.total / adopted_sums.n, 0.0
                ) / nullif(adopted_sums.n - 1, 0)
                + greatest(
                    pool_sums.total_of_squares / nullif(pool_sums.n, 0)
                    - pool_sums.total / nullif(pool_sums.n, 0) * pool_sums.total / nullif(pool_sums.n, 0),
                    0.0
                )
            ) / 2.0
        ) as pooled_sd
    from adopted_sums
    inner join pool_sums
        on adopted_sums.cohort = pool_sums.cohort and adopted_sums.covariate = pool_sums.covariate
    left join comparator_sums
        on adopted_sums.cohort = comparator_sums.cohort and adopted_sums.covariate = comparator_sums.covariate
),

spread as (
    select
        means.cohort,
        means.covariate,
        means.n_before,
        means.n_after,
        means.n_comparison,
        means.mean_adopted_before,
        means.mean_comparison_before,
        means.mean_adopted_after,
        means.mean_comparison_after,
        -- a spread that is nothing but the last bits of the means is none
        case
            when
                means.pooled_sd
                > 1e-6 * greatest(abs(means.mean_adopted_before), coalesce(abs(means.mean_comparison_before), 0.0))
                then means.pooled_sd
            when means.pooled_sd is not null then 0.0
        end as pooled_sd
    from means
)

select
    spread.*,
    (spread.mean_adopted_before - spread.mean_comparison_before) / nullif(spread.pooled_sd, 0.0)
        as standardised_difference_before,
    (spread.mean_adopted_after - spread.mean_comparison_after) / nullif(spread.pooled_sd, 0.0)
        as standardised_difference_after
from spread
