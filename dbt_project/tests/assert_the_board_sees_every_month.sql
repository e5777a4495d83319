-- How many are managed is followed month by month, where any source came that says who is: the series has no gap.
select
    months.month_end,
    count(board.metric) as found
from {{ ref("int_month_ends") }} as months
left join {{ ref("rpt_board__trends") }} as board on months.month_end = board.month_end and board.metric = 'managed_people'
where {{ management_delivered(ref("fct_deliveries")) }}
group by months.month_end
having count(board.metric) <> 1
