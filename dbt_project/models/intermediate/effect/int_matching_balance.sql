-- Per cohort and covariate: means of the adopted and of the comparison, before matching (all who could be matched against
-- everybody comparable on the same dates) and after, and the differences in standard deviations. Both differences are measured by
-- the standard deviations before matching, so that they can be compared (Austin 2011). Each adopted person's comparison
-- counts as one. Values are decimals, so sums do not depend on the order of the rows.
{%- set covariates = {
    "score": "people.score",
    "risk_probability": "people.risk_probability",
    "weighted_harm_days": "people.weighted_harm_days",
    "age": "people.age",
    "is_female": "case when people.sex = 'F' then 1 else 0 end",
    "offences_365_days": "people.recent_offences",
    "offences_all_time": "people.offence_count",
} %}

with valued as (
    {%- for covariate, expression in covariates.items() %}
    select
        '{{ covariate }}' as covariate,
        people.run_index,
        people.nominal_id,
        people.is_comparable,
        cast({{ expression }} as decimal(18, 6)) as value
    from {{ ref("int_match_people") }} as people
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
        cast(sum(valued.value) as double) as total,
        cast(sum(cast(valued.value as decimal(26, 6)) * valued.value) as double) as total_of_squares,
        cast(sum(case when adopted.is_matched then valued.value end) as double) as total_matched
    from adopted
    inner join valued on adopted.nominal_id = valued.nominal_id and adopted.run_index = valued.run_index
    group by adopted.cohort, valued.covariate
),

pools as (
    select
        valued.covariate,
        valued.run_index,
        cast(sum(valued.value) as double) / count(*) as mean,
        cast(sum(cast(valued.value as decimal(26, 6)) * valued.value) as double) / count(*) as mean_of_squares
    from valued
    where valued.is_comparable
    group by valued.covariate, valued.run_index
),

pool_sums as (
    select
        adopted.cohort,
        pools.covariate,
        count(*) as n,
        cast(sum(cast(pools.mean as decimal(24, 6))) as double) as total,
        cast(sum(cast(pools.mean_of_squares as decimal(30, 6))) as double) as total_of_squares
    from adopted
    inner join {{ ref("int_match_people") }} as people
        on adopted.nominal_id = people.nominal_id and adopted.run_index = people.run_index
    inner join pools on adopted.run_index = pools.run_index
    group by adopted.cohort, pools.covariate
),

comparator_sums as (
    select
        adopted.cohort,
        valued.covariate,
        count(distinct pairs.comparator_id) as n_comparison,
        cast(
            sum(valued.value * cast({{ comparator_units() }} / pairs.comparators as bigint)) as double
        ) / {{ comparator_units() }} as total_matched
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
        pool_sums.total / pool_sums.n as mean_comparison_before,
        adopted_sums.total_matched / nullif(adopted_sums.n_matched, 0) as mean_adopted_after,
        comparator_sums.total_matched / nullif(adopted_sums.n_matched, 0) as mean_comparison_after,
        sqrt(
            (
                greatest(
                    adopted_sums.total_of_squares - adopted_sums.total * adopted_sums.total / adopted_sums.n, 0.0
                ) / nullif(adopted_sums.n - 1, 0)
                + greatest(
                    pool_sums.total_of_squares / pool_sums.n
                    - pool_sums.total / pool_sums.n * pool_sums.total / pool_sums.n,
                    0.0
                )
            ) / 2.0
        ) as pooled_sd
    from adopted_sums
    inner join pool_sums
        on adopted_sums.cohort = pool_sums.cohort and adopted_sums.covariate = pool_sums.covariate
    left join comparator_sums
        on adopted_sums.cohort = comparator_sums.cohort and adopted_sums.covariate = comparator_sums.covariate
)

select
    means.*,
    (means.mean_adopted_before - means.mean_comparison_before) / nullif(means.pooled_sd, 0)
        as standardised_difference_before,
    (means.mean_adopted_after - means.mean_comparison_after) / nullif(means.pooled_sd, 0)
        as standardised_difference_after
from means
