select
    {{ as_at() }} as as_at,
    periods.period_end,
    periods.scope,
    periods.basis,
    cast(periods.nominals as bigint) as nominals,
    cast(periods.male as bigint) as male,
    cast(periods.female as bigint) as female,
    periods.offences_pre,
    periods.offences_during,
    cast(periods.cost_pre as decimal(18, 2)) as cost_pre,
    cast(periods.cost_during as decimal(18, 2)) as cost_during
from {{ ref("int_idiom_periods") }} as periods
