{#
    Overlapping and touching stretches of days become one [first_day, last_day], both ends in, so that each day counts once.
    Over a relation of one row per stretch with `keys`, first_day and last_day; a stretch that ends before it begins has no
    day, and is none.
#}
{% macro days_once(days, keys) -%}
{%- set these = [] -%}
{%- set flagged = [] -%}
{%- set numbered = [] -%}
{%- for key in keys -%}
    {%- do these.append(days ~ "." ~ key) -%}
    {%- do flagged.append("flagged." ~ key) -%}
    {%- do numbered.append("numbered." ~ key) -%}
{%- endfor -%}
with flagged as (
    select
        {{ days }}.*,
        case
            when
                {{ days }}.first_day <= {{ days_after(
                    "max(" ~ days ~ ".last_day) over (partition by " ~ these | join(", ") ~ " order by " ~ days
                    ~ ".first_day, " ~ days ~ ".last_day rows between unbounded preceding and 1 preceding)",
                    1,
                ) }}
                then 0
            else 1
        end as is_new_period
    from {{ days }}
    where {{ days }}.last_day >= {{ days }}.first_day
),

numbered as (
    select
        flagged.*,
        sum(flagged.is_new_period) over (
            partition by {{ flagged | join(", ") }} order by flagged.first_day, flagged.last_day
            rows between unbounded preceding and current row
        ) as period_number
    from flagged
)

select
    {{ numbered | join(", ") }},
    min(numbered.first_day) as first_day,
    max(numbered.last_day) as last_day
from numbered
group by {{ numbered | join(", ") }}, numbered.period_number
{%- endmacro %}
