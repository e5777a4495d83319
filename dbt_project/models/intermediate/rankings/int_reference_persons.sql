-- The reference person of a run date: the median of each term over everybody ranked on it. A term stays throughout a stretch
-- of dates, so people are counted by stretch: first in bins of values, as they come and go from date to date, which tells the
-- bins that hold the middle; then, in those alone, value by value. The engine's own median would hold every value of every
-- date at once, beyond the memory that it may have.
{%- set terms = ("age_sex_term", "history_term", "copas_rate", "group_term", "harm_term") %}
with counted as (
    select known.term, known.bin, known.from_index, known.to_index, count(*) as people
    from {{ terms_of_stretches(terms) }} as known
    group by known.term, known.bin, known.from_index, known.to_index
),

moved as (
    select moves.term, moves.bin, moves.run_index, sum(moves.people) as people
    from (
        select counted.term, counted.bin, counted.from_index as run_index, counted.people from counted
        union all
        select counted.term, counted.bin, counted.to_index as run_index, -counted.people as people from counted
    ) as moves
    group by moves.term, moves.bin, moves.run_index
),

binned as (
    select
        bins.term,
        bins.bin,
        run_dates.run_index,
        sum(coalesce(moved.people, 0)) over (partition by bins.term, bins.bin order by run_dates.run_index) as people
    from (select distinct counted.term, counted.bin from counted) as bins
    cross join {{ ref("int_run_dates") }} as run_dates
    left join moved
        on bins.term = moved.term and bins.bin = moved.bin and run_dates.run_index = moved.run_index
),

placed as (
    select
        binned.term,
        binned.bin,
        binned.run_index,
        binned.people,
        sum(binned.people) over (partition by binned.term, binned.run_index order by binned.bin) as people_so_far,
        sum(binned.people) over (partition by binned.term, binned.run_index) as everybody
    from binned
    where binned.people > 0
),

-- the middle value, or the two that it lies between, are in the bins that half of the people touch
in_the_middle as (
    select
        placed.run_index,
        placed.term,
        placed.bin,
        known.value,
        placed.everybody,
        placed.people_so_far - placed.people as people_before,
        count(*) as people
    from placed
    inner join {{ terms_of_stretches(terms) }} as known
        on
            placed.term = known.term
            and placed.bin = known.bin
            and placed.run_index >= known.from_index
            and placed.run_index < known.to_index
    where
        2 * placed.people_so_far >= placed.everybody
        and 2 * (placed.people_so_far - placed.people) <= placed.everybody
    group by placed.run_index, placed.term, placed.bin, known.value, placed.everybody, placed.people_so_far, placed.people
),

cumulated as (
    select
        in_the_middle.run_index,
        in_the_middle.term,
        in_the_middle.value,
        in_the_middle.everybody,
        in_the_middle.people_before + sum(in_the_middle.people) over (
            partition by in_the_middle.run_index, in_the_middle.term, in_the_middle.bin order by in_the_middle.value
        ) as people_so_far
    from in_the_middle
),

middles as (
    select
        cumulated.run_index,
        cumulated.term,
        min(case when 2 * cumulated.people_so_far >= cumulated.everybody then cumulated.value end) as lower_value,
        min(case when 2 * cumulated.people_so_far > cumulated.everybody then cumulated.value end) as upper_value
    from cumulated
    group by cumulated.run_index, cumulated.term
)

select
    middles.run_index,
    {%- for term in terms %}
    max(
        case when middles.term = {{ loop.index }} then middles.lower_value + (middles.upper_value - middles.lower_value) * 0.5 end
    ) as {{ term }}{{ "," if not loop.last }}
    {%- endfor %}
from middles
group by middles.run_index
