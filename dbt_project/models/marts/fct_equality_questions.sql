-- What to look at: the groups of the latest list that differ from all others at a stage by more than chance and by enough
-- to matter, with what the later harm says of them. Many groups and stages are looked at, so the bar is higher than a
-- 95 % interval: equality_question_z standard errors, and beyond equality_question_ratio or its inverse. The test is the
-- chi-square of the two by two table with continuity correction (Yates) and the hypergeometric variance: the interval of
-- the log ratio finds far too much in small groups at stages that half the people reach.
with latest as (
    select
        stages.*,
        cast(sum(stages.base_n) over same_stage as double) as all_base_n,
        cast(sum(stages.n) over same_stage as double) as all_n
    from {{ ref("fct_equality_stages") }} as stages
    where
        stages.run_date = (select max(dates.run_date) from {{ ref("fct_equality_stages") }} as dates)
        and stages.base_stage is not null
        and stages.characteristic <> 'ethnicity'
    window same_stage as (partition by stages.stage, stages.characteristic)
),

expected as (
    select
        latest.*,
        latest.base_n * (latest.all_n - latest.n) / nullif(latest.all_base_n - latest.base_n, 0) as expected_n,
        latest.base_n * latest.all_n / nullif(latest.all_base_n, 0) as pooled_n,
        latest.base_n * latest.all_n * (latest.all_base_n - latest.base_n) * (latest.all_base_n - latest.all_n)
        / nullif(latest.all_base_n * latest.all_base_n * (latest.all_base_n - 1), 0) as variance
    from latest
),

measured as (
    select
        expected.*,
        greatest(abs(expected.n - expected.pooled_n) - 0.5, 0.0) / nullif(sqrt(expected.variance), 0) as z
    from expected
),

asked as (
    select
        measured.*,
        case
            when
                measured.selection_ratio is null or measured.expected_n < {{ parameter("equality_expected_minimum") }}
                then 'too_few'
            when measured.selection_ratio = 0 and measured.expected_n >= {{ parameter("equality_nobody_expected") }}
                then 'question'
            when
                measured.z >= {{ parameter("equality_question_z") }}
                and (
                    measured.selection_ratio <= {{ parameter("equality_question_ratio") }}
                    or measured.selection_ratio >= 1.0 / {{ parameter("equality_question_ratio") }}
                )
                then 'question'
            when measured.z >= {{ parameter("interval_z") }} then 'watch'
            else 'chance'
        end as verdict
    from measured
)

select
    asked.run_date,
    asked.stage,
    asked.characteristic,
    asked.group_name,
    asked.n,
    asked.base_n,
    asked.expected_n,
    asked.selection_ratio,
    asked.ci_low,
    asked.ci_high,
    asked.z,
    asked.verdict,
    calibration.verdict as later_offences,
    calibration.ratio as later_offences_ratio,
    case
        when asked.verdict <> 'question' then null
        when asked.stage <> 'top_n' then 'decisions'
        when calibration.verdict = 'lower' and asked.selection_ratio > 1 then 'method'
        when calibration.verdict = 'higher' and asked.selection_ratio < 1 then 'method'
        when calibration.verdict = 'too few' or calibration.verdict is null then 'open'
        else 'recording'
    end as look_at
from asked
left join {{ ref("fct_equality_calibration") }} as calibration
    on
        asked.characteristic = calibration.characteristic
        and asked.group_name = calibration.group_name
        and calibration.outcome = 'offences'
