-- The dates at which differences between orderings get a bootstrap interval: the half-yearly ones whose follow-up is
-- over, and the latest whose follow-up is, so that the newest figure never stands bare.
{{ stepped_dates(parameter("challenger_months")) }}

select stepped.run_index, stepped.run_date
from stepped
where {{ is_mature("stepped.run_date") }}
union
select max(scheduled.run_index) as run_index, max(scheduled.run_date) as run_date
from scheduled
where {{ is_mature("scheduled.run_date") }}
having max(scheduled.run_index) is not null
