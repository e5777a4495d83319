-- Follow-up harm of the top of the baseline and of each comparison date, and of those common to both.
with measured as (
    {%- for side in ("baseline", "comparison") %}
    select
        dates.comparison_run_index,
        'top_{{ parameter("harm_change_top_n") }}' as sample,
        '{{ side }}' as side,
        members.harm_days
    from {{ ref("int_harm_change_dates") }} as dates
    inner join {{ ref("int_ranked_followed") }} as members
        on dates.{{ side }}_run_index = members.run_index and members.rank <= {{ parameter("harm_change_top_n") }}
    union all
    {%- for sample, condition in (
        ("common", "true"), ("common_managed", "pairs.is_managed"), ("common_unmanaged", "not pairs.is_managed")
    ) %}
    select
        pairs.comparison_run_index,
        '{{ sample }}' as sample,
        '{{ side }}' as side,
        pairs.{{ side }}_harm_days as harm_days
    from {{ ref("int_harm_changes_paired") }} as pairs
    where {{ condition }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

summed as (
    select
        measured.comparison_run_index,
        measured.sample,
        measured.side,
        count(*) as n,
        sum(measured.harm_days) as harm_days,
        sum({{ squared("measured.harm_days") }}) as harm_squares
    from measured
    group by measured.comparison_run_index, measured.sample, measured.side
),

samples as (
    {%- for sample in ("top_" ~ parameter("harm_change_top_n"), "common", "common_managed", "common_unmanaged") %}
    select '{{ sample }}' as sample
    {%- if not loop.last %} union all{% endif %}
    {%- endfor %}
)

select
    dates.comparison_run_index,
    dates.baseline_run_date,
    dates.comparison_run_date,
    {%- for side in ("baseline", "comparison") %}
    coalesce({{ side }}.n, 0) as n_{{ side }},
    cast({{ side }}.harm_days as double) / {{ side }}.n as mean_{{ side }},
    {{ sample_sd(side ~ ".n", side ~ ".harm_days", side ~ ".harm_squares") }} as sd_{{ side }},
    {%- endfor %}
    samples.sample
from {{ ref("int_harm_change_dates") }} as dates
cross join samples
{%- for side in ("baseline", "comparison") %}
left join summed as {{ side }}
    on
        dates.comparison_run_index = {{ side }}.comparison_run_index
        and samples.sample = {{ side }}.sample
        and {{ side }}.side = '{{ side }}'
{%- endfor %}
