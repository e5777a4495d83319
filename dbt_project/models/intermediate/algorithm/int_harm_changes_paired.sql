-- People in the top of the baseline and in that of a comparison date, with what they did after each. Managed or not:
-- as at the comparison date.
select
    dates.comparison_run_index,
    before.nominal_id,
    now_ranked.is_managed,
    before.harm_days as baseline_harm_days,
    now_ranked.harm_days as comparison_harm_days,
    -- subtracted as decimals, so that equal differences are equal numbers
    cast(now_ranked.harm_days - before.harm_days as double) as difference
from {{ ref("int_harm_change_dates") }} as dates
inner join {{ ref("int_ranked_followed") }} as before
    on dates.baseline_run_index = before.run_index and before.rank <= {{ parameter("harm_change_top_n") }}
inner join {{ ref("int_ranked_followed") }} as now_ranked
    on
        dates.comparison_run_index = now_ranked.run_index
        and before.nominal_id = now_ranked.nominal_id
        and now_ranked.rank <= {{ parameter("harm_change_top_n") }}
