-- What may be said of a scheme's costs against what it is estimated to avoid. As of a fall in offending
-- (rpt_board__reoffending), that it pays, or does not, is said only where both matched methods find it. An offence without a
-- unit cost is worth something that nobody has published: where some are avoided, the value is a lower bound, and "less than
-- it costs" cannot be said.
with judged as (
    select
        benefits.scheme,
        benefits.is_total,
        benefits.method,
        case
            when benefits.effect_n < {{ parameter("minimum_nominals_for_verdict") }} then 'too few'
            when benefits.net_low_gbp is null or benefits.net_high_gbp is null then 'not known'
            when benefits.net_low_gbp > 0 then 'more than it costs'
            when benefits.net_high_gbp >= 0 then 'inconclusive'
            when benefits.unpriced_share > 0 and benefits.value_of_offences_high_gbp > 0 then 'not known'
            else 'less than it costs'
        end as finding
    from {{ ref("fct_benefits") }} as benefits
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
    expected.scheme,
    expected.is_total,
    case
        when expected.finding in ('too few', 'not known', side_by_side.finding) then expected.finding
        else 'inconclusive'
    end as verdict
from expected
left join side_by_side on expected.scheme = side_by_side.scheme and expected.is_total = side_by_side.is_total
