select
    summaries.period_end,
    summaries.scope,
    summaries.total,
    summaries.male,
    summaries.female,
    cast(summaries.offences_pre as double) as offences_pre,
    cast(summaries.offences_during as double) as offences_during,
    cast(summaries.offences_difference as double) as offences_difference,
    cast(summaries.offences_difference_pct as double) as offences_difference_pct,
    cast(summaries.cost_pre as decimal(18, 2)) as cost_pre,
    cast(summaries.cost_during as decimal(18, 2)) as cost_during,
    cast(summaries.cost_difference as decimal(18, 2)) as cost_difference,
    cast(summaries.cost_difference_pct as double) as cost_difference_pct
from {{ ref("stg_idiom__performance_summaries") }} as summaries
