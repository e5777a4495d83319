with current_rows as (
    {{ current_rows("idiom", "performance_summary", ["period_end", "scope"]) }}
)

select
    current_rows.period_end,
    current_rows.scope,
    current_rows.total,
    current_rows.male,
    current_rows.female,
    current_rows.offences_pre,
    current_rows.offences_during,
    current_rows.offences_difference,
    current_rows.offences_difference_pct,
    current_rows.cost_pre,
    current_rows.cost_during,
    current_rows.cost_difference,
    current_rows.cost_difference_pct
from current_rows
where current_rows.period_end <= {{ as_at() }}
