-- Days on which linked people were managed, by month.
select
    months.month_end,
    count(distinct stretches.nominal_id) as nominals,
    sum(
        {{ days_between(
            "greatest(stretches.first_day, months.month_start)", "least(stretches.last_day, months.month_end)"
        ) }} + 1
    ) as managed_days
from {{ ref("int_month_ends") }} as months
inner join {{ ref("int_managed_stretches") }} as stretches
    on stretches.first_day <= months.month_end and stretches.last_day >= months.month_start
group by months.month_end
