-- What an offence of each code costs, by estimate and by who bears it, in prices of the configured year. The source splits
-- off the police and the rest of criminal justice for a few categories only; what it does not split stays together.
with target_year as (
    select deflators.deflator
    from {{ ref("gdp_deflators") }} as deflators
    where deflators.financial_year = {{ parameter("price_year") }}
),

uprated_shares as (
    select
        costs.cost_category,
        uprated.unit_cost_gbp,
        costs.police_cost_gbp * target_year.deflator / deflators.deflator as police_cost,
        costs.cjs_cost_gbp * target_year.deflator / deflators.deflator as cjs_cost
    from {{ ref("unit_costs_of_crime") }} as costs
    inner join {{ ref("gdp_deflators") }} as deflators on costs.price_year = deflators.financial_year
    inner join {{ ref("int_unit_costs_uprated") }} as uprated on costs.cost_category = uprated.cost_category
    cross join target_year
    where costs.is_used
),

shares as (
    select
        uprated_shares.cost_category,
        uprated_shares.unit_cost_gbp,
        cast(round(uprated_shares.police_cost, {{ parameter("unit_cost_decimals") }}) as decimal(18, 2)) as police_cost_gbp,
        cast(round(uprated_shares.cjs_cost, {{ parameter("unit_cost_decimals") }}) as decimal(18, 2)) as cjs_cost_gbp
    from uprated_shares
)

select 'low' as estimate, codes.ho_code, codes.unit_cost_low_gbp as cost_gbp
from {{ ref("int_offence_codes_resolved") }} as codes
union all
select 'central' as estimate, codes.ho_code, codes.unit_cost_gbp as cost_gbp
from {{ ref("int_offence_codes_resolved") }} as codes
union all
select 'high' as estimate, codes.ho_code, codes.unit_cost_high_gbp as cost_gbp
from {{ ref("int_offence_codes_resolved") }} as codes
union all
select 'police' as estimate, codes.ho_code, shares.police_cost_gbp as cost_gbp
from {{ ref("int_offence_codes_resolved") }} as codes
inner join shares on codes.cost_category = shares.cost_category
union all
select 'criminal_justice' as estimate, codes.ho_code, shares.cjs_cost_gbp as cost_gbp
from {{ ref("int_offence_codes_resolved") }} as codes
inner join shares on codes.cost_category = shares.cost_category
union all
select
    'not_split' as estimate,
    codes.ho_code,
    shares.unit_cost_gbp - coalesce(shares.police_cost_gbp, 0) - coalesce(shares.cjs_cost_gbp, 0) as cost_gbp
from {{ ref("int_offence_codes_resolved") }} as codes
inner join shares on codes.cost_category = shares.cost_category
