-- The dates whose top is compared with that of the baseline, from the first step of the parameters on.
{{ stepped_dates(parameter("harm_change_step_months")) }}

select distinct
    baseline.run_index as baseline_run_index,
    baseline.run_date as baseline_run_date,
    stepped.run_index as comparison_run_index,
    stepped.run_date as comparison_run_date
from stepped
inner join stepped as baseline on baseline.step = 0
where stepped.step >= {{ parameter("harm_change_first_step") }} and stepped.run_date > baseline.run_date
