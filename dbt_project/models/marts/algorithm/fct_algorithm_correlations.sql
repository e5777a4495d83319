-- Every ordering, population and date has its row, also where nobody is in it. Everybody ranked is looked at for the
-- ranking alone.
with samples as (
    {%- for algorithm in challengers() %}
    select '{{ algorithm }}' as algorithm, {{ parameter("validity_top_n") }} as top_n
    union all
    {%- endfor %}
    select 'hhpu' as algorithm, 0 as top_n
),

populations as (
    {%- for population in populations() %}
    select '{{ population }}' as population
    {%- if not loop.last %} union all{% endif %}
    {%- endfor %}
),

sides as (
    select
        tested.run_index,
        tested.algorithm,
        tested.top_n,
        tested.population,
        {%- for outcome in ("harm", "offences") %}
        max(case when tested.outcome = '{{ outcome }}' then tested.spearman end) as spearman_{{ outcome }},
        max(case when tested.outcome = '{{ outcome }}' then tested.p end) as spearman_{{ outcome }}_p,
        {%- endfor %}
        max(tested.n) as n
    from {{ ref("int_rank_correlations_tested") }} as tested
    group by tested.run_index, tested.algorithm, tested.top_n, tested.population
)

select
    {{ as_at() }} as as_at,
    run_dates.run_date,
    samples.algorithm,
    cast(nullif(samples.top_n, 0) as bigint) as top_n,
    populations.population,
    cast(coalesce(sides.n, 0) as bigint) as n,
    sides.spearman_harm,
    sides.spearman_harm_p,
    sides.spearman_offences,
    sides.spearman_offences_p,
    {{ is_mature("run_dates.run_date") }} as is_mature
from {{ ref("int_run_dates") }} as run_dates
cross join samples
cross join populations
left join sides
    on
        run_dates.run_index = sides.run_index
        and samples.algorithm = sides.algorithm
        and samples.top_n = sides.top_n
        and populations.population = sides.population
where run_dates.is_scheduled
