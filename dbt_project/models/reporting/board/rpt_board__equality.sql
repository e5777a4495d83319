-- Who gets how far at the last list, by group, with those whose group is not known and everybody: the parts add up.
{%- set compared = ("top_n", "adopted", "deselected") %}
with latest as (
    select stages.*
    from {{ ref("fct_equality_stages") }} as stages
    where
        stages.run_date = (select max(dates.run_date) from {{ ref("fct_equality_stages") }} as dates)
        and stages.characteristic in ('sex', 'age_band', 'ethnic_group')
),

judged as (
    select
        latest.run_date,
        latest.characteristic,
        latest.group_name,
        latest.stage,
        latest.n,
        case
            when latest.selection_ratio is null then 'too few'
            when latest.selection_ratio = 0 then 'nobody'
            when latest.ci_high < 1.0 then 'less often'
            when latest.ci_low > 1.0 then 'more often'
            else 'inconclusive'
        end as verdict
    from latest
    {%- for group_name, column in (("not_known", "missing_n"), ("all", "stage_n")) %}
    union all
    select
        latest.run_date,
        latest.characteristic,
        '{{ group_name }}' as group_name,
        latest.stage,
        max(latest.{{ column }}) as n,
        {{ as_text("null") }} as verdict
    from latest
    group by latest.run_date, latest.characteristic, latest.stage
    {%- endfor %}
)

select
    {{ as_at() }} as as_at,
    judged.run_date,
    judged.characteristic,
    judged.group_name as {{ quoted("group") }},
    {%- for stage in ("scored", "top_n", "considered", "adopted", "deselected") %}
    max(case when judged.stage = '{{ stage }}' then judged.n end) as {{ stage }},
    {%- endfor %}
    {%- for stage in compared %}
    max(case when judged.stage = '{{ stage }}' then judged.verdict end) as {{ stage }}_verdict{{ "," if not loop.last }}
    {%- endfor %}
from judged
group by judged.run_date, judged.characteristic, judged.group_name
