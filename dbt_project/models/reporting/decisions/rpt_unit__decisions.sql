-- Why the meetings decided as they did, and what was recorded in the year after: by decision and reason, and by decision.
with counted as (
    {%- for reason in ("decisions.reason", "'all'") %}
    select
        decisions.decision,
        {{ reason }} as reason,
        decisions.nominal_id,
        decisions.rank_at_list,
        decisions.is_mature and decisions.nominal_id is not null as is_followed,
        decisions.follow_up_offences,
        decisions.follow_up_harm_days
    from {{ ref("fct_unit_decisions") }} as decisions
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

summed as (
    select
        counted.decision,
        counted.reason,
        count(*) as decisions,
        count(distinct counted.nominal_id) as people,
        {{ median("counted.rank_at_list") }} as median_rank,
        count(case when counted.is_followed then 1 end) as followed,
        count(case when counted.is_followed and counted.follow_up_offences > 0 then 1 end) as recorded_again,
        sum(case when counted.is_followed then counted.follow_up_offences end) as offences,
        sum(case when counted.is_followed then counted.follow_up_harm_days end) as harm_days
    from counted
    group by counted.decision, counted.reason
)

select
    {{ as_at() }} as as_at,
    summed.decision,
    summed.reason,
    summed.decisions,
    summed.people,
    cast(summed.median_rank as double) as median_rank,
    summed.followed,
    summed.recorded_again,
    case when summed.followed > 0 then 100.0 * summed.recorded_again / summed.followed end as recorded_again_pct,
    case when summed.followed > 0 then 100.0 * {{ wilson_limit("summed.recorded_again", "summed.followed", "low") }} end
        as ci_low_pct,
    case when summed.followed > 0 then 100.0 * {{ wilson_limit("summed.recorded_again", "summed.followed", "high") }} end
        as ci_high_pct,
    cast(summed.offences as double) / nullif(summed.followed, 0) as mean_offences,
    cast(summed.harm_days as double) / nullif(summed.followed, 0) as mean_harm_days
from summed
