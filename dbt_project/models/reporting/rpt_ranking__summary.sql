-- The list at as_at in one row. Before the first list nobody can be new or have left; and where no source came that says
-- who is managed, how many are is not known.
with previous_date as (
    select max(rankings.run_date) as run_date
    from {{ ref("fct_rankings") }} as rankings
    where rankings.run_date < {{ as_at() }}
),

left_top_n as (
    select count(*) as nominals
    from {{ ref("fct_rankings") }} as before
    inner join previous_date on before.run_date = previous_date.run_date
    left join {{ ref("fct_rankings") }} as now_ranked
        on before.nominal_id = now_ranked.nominal_id and now_ranked.run_date = {{ as_at() }} and now_ranked.is_top_n
    where before.is_top_n and now_ranked.nominal_id is null
),

meeting as (
    select
        count(*) as on_meeting_list,
        count(case when listed.is_urgent then 1 end) as urgent
    from {{ ref("fct_meeting_list") }} as listed
    where listed.run_date = {{ as_at() }}
)

select
    {{ as_at() }} as as_at,
    count(*) as ranked,
    cast({{ parameter("top_n") }} as bigint) as top_n,
    case
        when max(previous_date.run_date) is not null then count(case when rankings.is_new_in_top_n then 1 end)
    end as new_in_top_n,
    case when max(previous_date.run_date) is not null then max(left_top_n.nominals) end as left_top_n,
    case
        when {{ management_delivered(ref("fct_deliveries")) }}
            then count(case when rankings.is_top_n and rankings.management_status = 'managed' then 1 end)
    end as managed_in_top_n,
    count(case when rankings.is_top_n and rankings.in_custody then 1 end) as in_custody_in_top_n,
    max(meeting.on_meeting_list) as on_meeting_list,
    max(meeting.urgent) as urgent,
    max(previous_date.run_date) as previous_run_date,
    max(rankings.algorithm_version) as algorithm_version
from {{ ref("fct_rankings") }} as rankings
cross join previous_date
cross join left_top_n
cross join meeting
where rankings.run_date = {{ as_at() }}
