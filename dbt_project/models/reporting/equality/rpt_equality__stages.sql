-- Who gets how far, by sex, age and ethnicity.
select
    {{ as_at() }} as as_at,
    stages.run_date,
    stages.stage,
    stages.characteristic,
    stages.group_name as {{ quoted("group") }},
    stages.base_stage,
    stages.n,
    stages.base_n,
    stages.share,
    stages.selection_ratio,
    stages.ci_low,
    stages.ci_high,
    stages.missing_share
from {{ ref("fct_equality_stages") }} as stages
