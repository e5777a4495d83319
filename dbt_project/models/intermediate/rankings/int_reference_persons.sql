-- The reference person of a run date: the median of each term over everybody ranked on it, from how many have each value. The
-- engine's own median would hold every value of every date at once, beyond the memory that it may have.
{%- set terms = ("age_sex_term", "history_term", "copas_rate", "group_term", "harm_term") %}
with counted as (
    {%- for term in terms %}
    select
        ranked.run_index,
        '{{ term }}' as term,
        ranked.{{ term }} as value,
        count(*) as people
    from {{ ref("int_nominals_ranked") }} as ranked
    where ranked.{{ term }} is not null
    group by ranked.run_index, ranked.{{ term }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

cumulated as (
    select
        counted.run_index,
        counted.term,
        counted.value,
        sum(counted.people) over (partition by counted.run_index, counted.term order by counted.value) as people_so_far,
        sum(counted.people) over (partition by counted.run_index, counted.term) as people
    from counted
),

-- the middle value, or the two that it lies between
middles as (
    select
        cumulated.run_index,
        cumulated.term,
        min(case when 2 * cumulated.people_so_far >= cumulated.people then cumulated.value end) as lower_value,
        min(case when 2 * cumulated.people_so_far > cumulated.people then cumulated.value end) as upper_value
    from cumulated
    group by cumulated.run_index, cumulated.term
)

select
    middles.run_index,
    {%- for term in terms %}
    max(case when middles.term = '{{ term }}' then middles.lower_value + (middles.upper_value - middles.lower_value) * 0.5 end)
        as {{ term }}{{ "," if not loop.last }}
    {%- endfor %}
from middles
group by middles.run_index
