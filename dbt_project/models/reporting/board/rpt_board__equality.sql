-- Who gets how far at the last list, by group, with those whose group is not known and everybody: the parts add up. What
-- may be said of a difference is decided once, for all pages, in fct_equality_questions: many are looked at together.
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
            when questions.verdict is null or questions.verdict = 'too_few' then 'too few'
            when questions.verdict <> 'question' then 'inconclusive'
            when questions.selection_ratio = 0 then 'nobody'
            when questions.selection_ratio < 1 then 'less often'
            else 'more often'
        end as verdict
    from latest
    left join {{ ref("fct_equality_questions") }} as questions
        on
            latest.run_date = questions.run_date
            and latest.stage = questions.stage
            and latest.characteristic = questions.characteristic
            and latest.group_name = questions.group_name
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
