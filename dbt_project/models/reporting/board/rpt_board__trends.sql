-- Natural process limits (XmR chart): mean plus and minus a factor times the mean moving range, over the months shown; beside
-- each month the one before it and the same a year before. The latest month is the last whole one, of every metric alike: what
-- is not known of it yet has no latest month, lest an old figure be read as this month's.
with numbered as (
    select
        board.month_end,
        board.metric,
        board.value,
        board.n,
        board.events,
        12 * extract(year from board.month_end) + extract(month from board.month_end) as month_number
    from {{ ref("fct_board_values") }} as board
),

moved as (
    select
        numbered.*,
        abs(numbered.value - lag(numbered.value) over (partition by numbered.metric order by numbered.month_end))
            as moving_range,
        max(numbered.value) over (
            partition by numbered.metric order by numbered.month_number range between 1 preceding and 1 preceding
        ) as previous_value,
        max(numbered.value) over (
            partition by numbered.metric order by numbered.month_number range between 12 preceding and 12 preceding
        ) as year_ago_value
    from numbered
),

averaged as (
    select
        moved.*,
        avg(moved.value) over (
            partition by moved.metric order by moved.month_end
            rows between unbounded preceding and unbounded following
        ) as mean_value,
        avg(moved.moving_range) over (
            partition by moved.metric order by moved.month_end
            rows between unbounded preceding and unbounded following
        ) as mean_moving_range
    from moved
),

limited as (
    select
        averaged.*,
        averaged.mean_value - {{ parameter("control_limit_factor") }} * averaged.mean_moving_range as lower_limit,
        averaged.mean_value + {{ parameter("control_limit_factor") }} * averaged.mean_moving_range as upper_limit
    from averaged
)

-- A value on a limit is no signal. Sums of doubles may miss by their last digits: a series that never moves stands on
-- both limits, and must not be called a signal for that.
select
    {{ as_at() }} as as_at,
    limited.month_end,
    limited.metric,
    limited.value,
    limited.n,
    limited.mean_value,
    limited.mean_moving_range,
    limited.lower_limit,
    limited.upper_limit,
    limited.lower_limit - limited.value > 1e-9 * abs(limited.mean_value)
    or limited.value - limited.upper_limit > 1e-9 * abs(limited.mean_value) as is_signal,
    cast(limited.events as bigint) as events,
    limited.previous_value,
    limited.year_ago_value,
    limited.value - limited.previous_value as change_on_previous,
    limited.value - limited.year_ago_value as change_on_year_ago,
    limited.month_end = {{ last_month_end() }} as is_latest
from limited
