-- Managing so many more: the next people of the list who are not managed, what people of their bands did in the year
-- after a list, what of it the measured effect would have avoided, and what managing them would cost. The effect is
-- that of `expected_without_management` for everybody; low and high are the ends of its interval.
with next_people as (
    select
        rankings.nominal_id,
        rankings.rank,
        row_number() over (order by rankings.rank) as position
    from {{ ref("fct_rankings") }} as rankings
    where rankings.run_date = {{ as_at() }} and rankings.management_status <> 'managed'
),

expected as (
    select
        next_people.position,
        next_people.rank,
        bands.offences,
        -- so many decimals that their rounding does not reach those of the sum
        cast(cast(bands.harm_days as double) / bands.people as decimal(38, 12)) as harm_days,
        cast(cast(bands.cost_gbp as double) / bands.people as decimal(38, 12)) as cost_gbp
    from next_people
    inner join {{ ref("fct_rank_bands") }} as bands
        on next_people.rank >= bands.first_rank and next_people.rank <= bands.last_rank
    where next_people.position <= {{ parameter("cohort_size_maximum") }}
),

sizes as (
    select {{ parameter("cohort_size_minimum") }} + steps.n * {{ parameter("cohort_size_step") }} as size
    from {{ numbers(0, parameter("cohort_size_maximum")) }} as steps
    where
        {{ parameter("cohort_size_minimum") }} + steps.n * {{ parameter("cohort_size_step") }}
        <= {{ parameter("cohort_size_maximum") }}
),

summed as (
    select
        sizes.size,
        max(expected.rank) as last_rank,
        sum(expected.harm_days) as expected_harm,
        -- nothing is known of the cost where no offence has a unit cost
        case when sum(expected.cost_gbp) > 0 or sum(expected.offences) = 0 then sum(expected.cost_gbp) end as expected_cost
    from sizes
    inner join expected on expected.position <= sizes.size
    group by sizes.size
    having count(*) = sizes.size
),

running as (
    select costs.scheme, sum(costs.amount_gbp) as running_cost_gbp_year
    from {{ ref("fct_unit_costs") }} as costs
    where costs.cost_type = 'running' and costs.cost_date > {{ months_after(as_at(), "-12") }}
    group by costs.scheme
),

-- what is paid, and for whom: a scheme without people, and people of a scheme whose costs are not known, say nothing of it
managed as (
    select count(distinct spells.nominal_id) as nominals
    from {{ ref("fct_cohort_spells") }} as spells
    inner join running on spells.scheme = running.scheme
    where spells.nominal_id is not null and spells.deselected_date is null
),

paid as (
    select sum(running.running_cost_gbp_year) as running_cost_gbp_year
    from running
    where
        running.scheme in (
            select spells.scheme
            from {{ ref("fct_cohort_spells") }} as spells
            where spells.nominal_id is not null and spells.deselected_date is null
        )
),

ratios as (
    select
        max(case when effects.outcome = 'offences' then effects.rate_ratio end) as offences_ratio,
        max(case when effects.outcome = 'offences' then effects.ci_low end) as offences_ratio_low,
        max(case when effects.outcome = 'offences' then effects.ci_high end) as offences_ratio_high,
        max(case when effects.outcome = 'harm' then effects.rate_ratio end) as harm_ratio
    from {{ ref("fct_effects") }} as effects
    where
        effects.cohort = 'all'
        and effects.basis = 'recorded'
        and effects.window_months = 'whole'
        and effects.method = 'expected_without_management'
),

valued as (
    select
        summed.size,
        summed.last_rank,
        cast(summed.expected_harm as double) as expected_harm,
        cast(summed.expected_harm as double) * (1.0 - ratios.harm_ratio) as harm_days_avoided,
        cast(summed.expected_cost as double) as expected_cost,
        cast(summed.expected_cost as double) * (1.0 - ratios.offences_ratio_high) as value_low,
        cast(summed.expected_cost as double) * (1.0 - ratios.offences_ratio) as value_central,
        cast(summed.expected_cost as double) * (1.0 - ratios.offences_ratio_low) as value_high,
        summed.size * cast(paid.running_cost_gbp_year as double) / nullif(managed.nominals, 0) as cost_of_managing
    from summed
    cross join managed
    cross join paid
    cross join ratios
)

select
    {{ as_at() }} as as_at,
    cast(valued.size as bigint) as size,
    valued.last_rank,
    {{ as_decimal("valued.expected_harm", 4) }} as expected_harm,
    {{ as_decimal("valued.harm_days_avoided", 4) }} as harm_days_avoided,
    {{ as_decimal("valued.expected_cost", 2) }} as expected_cost_gbp,
    {{ as_decimal("valued.value_low", 2) }} as value_low_gbp,
    {{ as_decimal("valued.value_central", 2) }} as value_central_gbp,
    {{ as_decimal("valued.value_high", 2) }} as value_high_gbp,
    {{ as_decimal("valued.cost_of_managing", 2) }} as cost_of_managing_gbp,
    {{ as_decimal("valued.value_central - valued.cost_of_managing", 2) }} as net,
    {{ as_decimal(
        "valued.value_central - valued.cost_of_managing "
        ~ "- coalesce(lag(valued.value_central - valued.cost_of_managing) over (order by valued.size), 0)", 2
    ) }} as net_of_last_step_gbp,
    valued.value_central - valued.cost_of_managing
    - coalesce(lag(valued.value_central - valued.cost_of_managing) over (order by valued.size), 0) > 0 as does_last_step_pay
from valued
