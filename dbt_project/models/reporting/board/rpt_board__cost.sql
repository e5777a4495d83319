-- What management costs and what the offences that it is estimated to avoid would have cost, by scheme and together. The
-- amounts are those of `expected_without_management`.
select
    {{ as_at() }} as as_at,
    benefits.scheme,
    benefits.nominals,
    benefits.effect_n,
    benefits.unpriced_share,
    benefits.running_cost_gbp_year,
    benefits.offences_avoided_year,
    benefits.offences_avoided_year_low,
    benefits.offences_avoided_year_high,
    benefits.value_of_offences_gbp,
    benefits.value_of_offences_low_gbp,
    benefits.value_of_offences_high_gbp,
    benefits.net_gbp,
    benefits.net_low_gbp,
    benefits.net_high_gbp,
    benefits.break_even_offences,
    verdicts.verdict
from {{ ref("fct_benefits") }} as benefits
inner join {{ ref("fct_benefit_verdicts") }} as verdicts
    on benefits.scheme = verdicts.scheme and benefits.is_total = verdicts.is_total
where benefits.method = 'expected_without_management' and benefits.running_cost_gbp_year is not null
