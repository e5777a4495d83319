-- Every ordering and date has its rows, also where nobody did harm afterwards.
with samples as (
    {%- for algorithm in challengers() %}
    {%- set outer = loop %}
    {%- for top_n in number_list("capture_top_ns") %}
    select '{{ algorithm }}' as algorithm, {{ top_n }} as top_n
    {%- if not (loop.last and outer.last) %} union all{% endif %}
    {%- endfor %}
    {%- endfor %}
)

select
    {{ as_at() }} as as_at,
    run_dates.run_date,
    samples.algorithm,
    cast(samples.top_n as bigint) as top_n,
    captured.share,
    cast(coalesce(captured.n_harmful, 0) as bigint) as n_harmful,
    {{ is_mature("run_dates.run_date") }} as is_mature
from {{ ref("int_run_dates") }} as run_dates
cross join samples
left join {{ ref("int_challengers_captured") }} as captured
    on
        run_dates.run_index = captured.run_index
        and samples.algorithm = captured.algorithm
        and samples.top_n = captured.top_n
where run_dates.is_scheduled
