-- What management costs and what the offences that it is estimated to avoid would have cost, by scheme and together. All
-- schemes share one rate ratio, so the ends of their intervals add up too.
{%- set sums = (
    "running_cost_gbp_year", "offences_avoided_year", "offences_avoided_year_low", "offences_avoided_year_high",
    "value_of_offences_gbp", "value_of_offences_low_gbp", "value_of_offences_high_gbp", "net_gbp", "net_low_gbp",
    "net_high_gbp", "break_even_offences",
) %}
with estimated as (
    select benefits.*
    from {{ ref("fct_benefits") }} as benefits
    where benefits.method = 'expected_without_management' and benefits.running_cost_gbp_year is not null
),

together as (
    select
        estimated.scheme,
        estimated.nominals,
        {%- for column in sums %}
        estimated.{{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from estimated
    union all
    select
        'all' as scheme,
        sum(estimated.nominals) as nominals,
        {%- for column in sums %}
        sum(estimated.{{ column }}) as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from estimated
    having count(*) > 0
)

select
    {{ as_at() }} as as_at,
    together.scheme,
    cast(together.nominals as bigint) as nominals,
    {%- for column in sums %}
    cast(together.{{ column }} as {{ "decimal(18, 2)" if "gbp" in column else "double" }}) as {{ column }},
    {%- endfor %}
    case
        when together.net_low_gbp is null or together.net_high_gbp is null then 'not known'
        when together.net_low_gbp > 0 then 'more than it costs'
        when together.net_high_gbp < 0 then 'less than it costs'
        else 'inconclusive'
    end as verdict
from together
