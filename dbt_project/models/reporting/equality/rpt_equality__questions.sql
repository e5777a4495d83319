-- Which groups of the latest list differ at which stage, and what to look at.
select
    {{ as_at() }} as as_at,
    questions.run_date,
    questions.stage,
    questions.characteristic,
    questions.group_name as {{ quoted("group") }},
    questions.n,
    questions.base_n,
    questions.expected_n,
    questions.selection_ratio,
    questions.ci_low,
    questions.ci_high,
    questions.z,
    questions.verdict,
    questions.later_offences,
    questions.later_offences_ratio,
    questions.look_at
from {{ ref("fct_equality_questions") }} as questions
