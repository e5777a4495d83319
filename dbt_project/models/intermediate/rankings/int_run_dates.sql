-- The run dates of this build, in order. Only as_at can be one that is not scheduled, and it is the last.
select
    cast(run_dates.run_index as integer) as run_index,
    cast(run_dates.run_date as date) as run_date,
    cast(run_dates.is_scheduled as boolean) as is_scheduled
from (
    {%- for run_date in run_value("run_dates") %}
    select {{ loop.index }} as run_index, '{{ run_date.date }}' as run_date, {{ run_date.is_scheduled | lower }} as is_scheduled
    {%- if not loop.last %} union all{% endif %}
    {%- else %}
    select 1 as run_index, '{{ run_value("as_at") }}' as run_date, true as is_scheduled
    {%- endfor %}
) as run_dates
