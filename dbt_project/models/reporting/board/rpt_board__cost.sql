-- What management costs and what the offences that it is estimated to avoid would have cost, by scheme and together. The
-- amounts are those of `expected_without_management`; as of a fall in offending (rpt_board__reoffending), a board is told that
-- it pays, or does not, only where both matched methods find it. An offence without a unit cost is worth something that nobody
-- has published: where some are avoided, the value is a lower bound, and "less than it costs" cannot be said.
with judged as (
    select
        benefits.*,
        case
            when benefits.effect_n < {{ parameter("minimum_nominals_for_verdict") }} then 'too few'
            when benefits.net_low_gbp is null or benefits.net_high_gbp is null then 'not known'
            when benefits.net_low_gbp > 0 then 'more than it costs'
            when benefits.net_high_gbp >= 0 then 'inconclusive'
            when benefits.unpriced_share > 0 and benefits.value_of_offences_high_gbp > 0 then 'not known'
            else 'less than it costs'
        end as verdict
    from {{ ref("fct_benefits") }} as benefits
    where benefits.running_cost_gbp_year is not null
),

expected as (
    select judged.*
    from judged
    where judged.method = 'expected_without_management'
),

side_by_side as (
    select judged.*
    from judged
    where judged.method = 'matched_difference'
)

select
    {{ as_at() }} as as_at,
    expected.scheme,
    expected.nominals,
    expected.effect_n,
    expected.unpriced_share,
    expected.running_cost_gbp_year,
    expected.offences_avoided_year,
    expected.offences_avoided_year_low,
    expected.offences_avoided_year_high,
    expected.value_of_offences_gbp,
    expected.value_of_offences_low_gbp,
    expected.value_of_offences_high_gbp,
    expected.net_gbp,
    expected.net_low_gbp,
    expected.net_high_gbp,
    expected.break_even_offences,
    case
        when expected.verdict in ('too few', 'not known', side_by_side.verdict) then expected.verdict
        else 'inconclusive'
    end as verdict
from expected
left join side_by_side on expected.scheme = side_by_side.scheme and expected.is_total = side_by_side.is_total
