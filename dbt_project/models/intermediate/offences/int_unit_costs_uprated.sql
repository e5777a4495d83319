-- Unit cost of crime a category in the prices of the configured year, in whole pounds as its source prints them. What is
-- not usable as published stays null; so do low and high, unless a range is assumed (unit_cost_range_share).
with target_year as (
    select deflators.deflator
    from {{ ref("gdp_deflators") }} as deflators
    where deflators.financial_year = {{ parameter("price_year") }}
)

select
    costs.cost_category,
    {{ parameter("price_year") }} as price_year,
    cast(
        round(costs.unit_cost_gbp * target_year.deflator / deflators.deflator, {{ parameter("unit_cost_decimals") }})
        as decimal(18, 2)
    ) as unit_cost_gbp,
    cast(
        round(
            coalesce(
                costs.unit_cost_low_gbp,
                costs.unit_cost_gbp * (1 - nullif({{ decimal_parameter("unit_cost_range_share") }}, 0))
            ) * target_year.deflator / deflators.deflator,
            {{ parameter("unit_cost_decimals") }}
        )
        as decimal(18, 2)
    ) as unit_cost_low_gbp,
    cast(
        round(
            coalesce(
                costs.unit_cost_high_gbp,
                costs.unit_cost_gbp * (1 + nullif({{ decimal_parameter("unit_cost_range_share") }}, 0))
            ) * target_year.deflator / deflators.deflator,
            {{ parameter("unit_cost_decimals") }}
        )
        as decimal(18, 2)
    ) as unit_cost_high_gbp
from {{ ref("unit_costs_of_crime") }} as costs
inner join {{ ref("gdp_deflators") }} as deflators on costs.price_year = deflators.financial_year
cross join target_year
where costs.is_used
