-- The windows that are compared, per nominal, cohort, basis and length: the whole year before, and the first months of the
-- managed period. Only those are there whose months lie within as_at.
with spans as (
    select
        spells.nominal_id,
        spells.cohort,
        spells.adopted_date,
        lengths.window_months,
        {{ months_after("spells.adopted_date", "lengths.months") }} as until_date
    from {{ ref("int_first_spells") }} as spells
    cross join (
        {%- for window in effect_windows() %}
        select '{{ window }}' as window_months, {{ "cast(null as integer)" if window == "whole" else window }} as months
        {%- if not loop.last %} union all{% endif %}
        {%- endfor %}
    ) as lengths
)

select
    spans.nominal_id,
    spans.cohort,
    spans.adopted_date,
    spans.window_months,
    windows.basis,
    windows.window_name,
    windows.first_day,
    case
        when windows.window_name = 'during' and spans.until_date is not null
            then least(windows.last_day, {{ days_after("spans.until_date", -1) }})
        else windows.last_day
    end as last_day
from spans
inner join {{ ref("int_windows") }} as windows
    on
        spans.nominal_id = windows.nominal_id
        and spans.cohort = windows.cohort
        and windows.window_name in ('pre', 'during')
where spans.until_date is null or spans.until_date <= {{ as_at() }}
