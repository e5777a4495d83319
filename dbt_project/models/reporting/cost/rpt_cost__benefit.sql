-- What a scheme costs a year against what the offences that it is estimated to avoid would have cost, by method.
select
    {{ as_at() }} as as_at,
    benefits.scheme,
    benefits.method,
    benefits.nominals,
    benefits.effect_n,
    benefits.unpriced_share,
    benefits.setup_cost_gbp,
    benefits.running_cost_gbp_year,
    benefits.offences_avoided_year,
    benefits.offences_avoided_year_low,
    benefits.offences_avoided_year_high,
    benefits.harm_days_avoided_year,
    benefits.harm_days_avoided_year_low,
    benefits.harm_days_avoided_year_high,
    benefits.value_of_offences_gbp,
    benefits.value_of_offences_low_gbp,
    benefits.value_of_offences_high_gbp,
    benefits.value_of_harm_gbp,
    benefits.value_of_harm_low_gbp,
    benefits.value_of_harm_high_gbp,
    benefits.net_gbp,
    benefits.net_low_gbp,
    benefits.net_high_gbp,
    benefits.benefit_cost_ratio,
    benefits.break_even_offences,
    benefits.payback_years,
    verdicts.verdict
from {{ ref("fct_benefits") }} as benefits
left join {{ ref("fct_benefit_verdicts") }} as verdicts
    on benefits.scheme = verdicts.scheme and benefits.is_total = verdicts.is_total
where not benefits.is_total
