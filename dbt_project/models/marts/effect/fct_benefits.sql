-- What a scheme costs a year against what the offences that it is estimated to avoid would have cost, by method. Avoided =
-- what its people do now * (1 / rate ratio - 1): with ratio 1 nothing, below 1 something, above 1 less than nothing.
-- The total is over everybody in a scheme whose running cost is known: a person in two of them is one person.
with schemes as (
    select distinct spells.scheme, spells.nominal_id
    from {{ ref("fct_cohort_spells") }} as spells
    where spells.nominal_id is not null and spells.deselected_date is null
),

spent as (
    select
        costs.scheme,
        sum(case when costs.cost_type = 'setup' then costs.amount_gbp end) as setup_cost_gbp,
        sum(
            case
                when
                    costs.cost_type = 'running'
                    and costs.cost_date > {{ months_after(as_at(), "-12") }}
                    then costs.amount_gbp
            end
        ) as running_cost_gbp_year
    from {{ ref("fct_unit_costs") }} as costs
    group by costs.scheme
),

members as (
    select
        schemes.scheme,
        false as is_total,
        schemes.nominal_id
    from schemes
    union all
    select distinct
        'all' as scheme,
        true as is_total,
        schemes.nominal_id
    from schemes
    inner join spent on schemes.scheme = spent.scheme
    where spent.running_cost_gbp_year is not null
),

bills as (
    select
        spent.scheme,
        false as is_total,
        spent.setup_cost_gbp,
        spent.running_cost_gbp_year
    from spent
    union all
    select
        'all' as scheme,
        true as is_total,
        sum(spent.setup_cost_gbp) as setup_cost_gbp,
        sum(spent.running_cost_gbp_year) as running_cost_gbp_year
    from spent
    where spent.running_cost_gbp_year is not null and spent.scheme in (select schemes.scheme from schemes)
),

observed as (
    select
        members.scheme,
        members.is_total,
        count(*) as nominals,
        sum(reoffending.offences_during) as offences_during,
        sum(reoffending.offences_without_cost_during) as unpriced,
        {{ projected_annual("sum(reoffending.offences_during)", "sum(reoffending.days_during)", "count(*)") }}
            as offences_year,
        {{ projected_annual("sum(reoffending.harm_days_during)", "sum(reoffending.days_during)", "count(*)") }}
            as harm_days_year,
        {{ projected_cost(
            "sum(reoffending.cost_gbp_during)",
            "sum(reoffending.offences_during - reoffending.offences_without_cost_during)",
            "sum(reoffending.offences_during)", "sum(reoffending.days_during)", "count(*)"
        ) }} as cost_year,
        cast(sum(reoffending.cost_gbp_during) as double) / nullif(sum(reoffending.offences_during), 0)
            as cost_per_offence
    from members
    inner join {{ ref("fct_reoffending") }} as reoffending
        on
            members.nominal_id = reoffending.nominal_id
            and reoffending.cohort = 'all'
            and reoffending.basis = 'recorded'
    group by members.scheme, members.is_total
),

ratios as (
    select
        effects.method,
        {%- for outcome in ("offences", "harm") %}
        max(case when effects.outcome = '{{ outcome }}' then effects.rate_ratio end) as {{ outcome }}_ratio,
        max(case when effects.outcome = '{{ outcome }}' then effects.ci_low end) as {{ outcome }}_ratio_low,
        max(case when effects.outcome = '{{ outcome }}' then effects.ci_high end) as {{ outcome }}_ratio_high,
        {%- endfor %}
        max(effects.n) as n
    from {{ ref("fct_effects") }} as effects
    where effects.cohort = 'all' and effects.basis = 'recorded' and effects.window_months = 'whole'
    group by effects.method
),

avoided as (
    select
        observed.scheme,
        observed.is_total,
        ratios.method,
        observed.nominals,
        ratios.n as effect_n,
        cast(observed.unpriced as double) / nullif(observed.offences_during, 0) as unpriced_share,
        bills.setup_cost_gbp,
        bills.running_cost_gbp_year,
        observed.cost_year,
        observed.cost_per_offence,
        observed.offences_year * (1.0 / nullif(ratios.offences_ratio, 0) - 1.0) as offences_avoided_year,
        observed.offences_year * (1.0 / nullif(ratios.offences_ratio_high, 0) - 1.0) as offences_avoided_year_low,
        observed.offences_year * (1.0 / nullif(ratios.offences_ratio_low, 0) - 1.0) as offences_avoided_year_high,
        observed.harm_days_year * (1.0 / nullif(ratios.harm_ratio, 0) - 1.0) as harm_days_avoided_year,
        observed.harm_days_year * (1.0 / nullif(ratios.harm_ratio_high, 0) - 1.0) as harm_days_avoided_year_low,
        observed.harm_days_year * (1.0 / nullif(ratios.harm_ratio_low, 0) - 1.0) as harm_days_avoided_year_high,
        observed.cost_year * (1.0 / nullif(ratios.offences_ratio, 0) - 1.0) as value_of_offences,
        observed.cost_year * (1.0 / nullif(ratios.offences_ratio_high, 0) - 1.0) as value_of_offences_low,
        observed.cost_year * (1.0 / nullif(ratios.offences_ratio_low, 0) - 1.0) as value_of_offences_high
    from observed
    cross join ratios
    left join bills on observed.scheme = bills.scheme and observed.is_total = bills.is_total
)

select
    avoided.scheme,
    avoided.is_total,
    avoided.method,
    avoided.nominals,
    avoided.effect_n,
    avoided.unpriced_share,
    cast(avoided.setup_cost_gbp as decimal(18, 2)) as setup_cost_gbp,
    cast(avoided.running_cost_gbp_year as decimal(18, 2)) as running_cost_gbp_year,
    avoided.offences_avoided_year,
    avoided.offences_avoided_year_low,
    avoided.offences_avoided_year_high,
    {{ as_decimal("avoided.harm_days_avoided_year", 4) }} as harm_days_avoided_year,
    {{ as_decimal("avoided.harm_days_avoided_year_low", 4) }} as harm_days_avoided_year_low,
    {{ as_decimal("avoided.harm_days_avoided_year_high", 4) }} as harm_days_avoided_year_high,
    {{ as_decimal("avoided.value_of_offences", 2) }} as value_of_offences_gbp,
    {{ as_decimal("avoided.value_of_offences_low", 2) }} as value_of_offences_low_gbp,
    {{ as_decimal("avoided.value_of_offences_high", 2) }} as value_of_offences_high_gbp,
    {%- for side in ("", "_low", "_high") %}
    {{ as_decimal(
        "avoided.harm_days_avoided_year" ~ side
        ~ " * " ~ parameter("prison_place_gbp_year") ~ " / " ~ parameter("harm_day_year_days"), 2
    ) }} as value_of_harm{{ side }}_gbp,
    {%- endfor %}
    {{ as_decimal("avoided.value_of_offences - avoided.running_cost_gbp_year", 2) }} as net_gbp,
    {{ as_decimal("avoided.value_of_offences_low - avoided.running_cost_gbp_year", 2) }} as net_low_gbp,
    {{ as_decimal("avoided.value_of_offences_high - avoided.running_cost_gbp_year", 2) }} as net_high_gbp,
    avoided.value_of_offences / nullif(cast(avoided.running_cost_gbp_year as double), 0) as benefit_cost_ratio,
    cast(avoided.running_cost_gbp_year as double) / nullif(avoided.cost_per_offence, 0) as break_even_offences,
    cast(avoided.setup_cost_gbp as double)
    / nullif(greatest(avoided.value_of_offences - cast(avoided.running_cost_gbp_year as double), 0.0), 0.0) as payback_years
from avoided
