-- Natural process limits (XmR chart): mean plus and minus a factor times the mean moving range, over the months shown.
with moved as (
    select
        board.month_end,
        board.metric,
        board.value,
        board.n,
        abs(board.value - lag(board.value) over (partition by board.metric order by board.month_end)) as moving_range
    from {{ ref("fct_board_values") }} as board
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
    limited.value < limited.lower_limit or limited.value > limited.upper_limit as is_signal
from limited
