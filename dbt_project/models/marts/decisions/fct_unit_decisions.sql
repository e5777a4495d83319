-- The unit's own record of its decisions, with the rank of the list that they were taken on, and what was recorded of the
-- person in the year before and in the year after, as known at as_at.
with decisions as (
    select
        {{ as_text("decisions.run_date") }} || '/' || decisions.nominal_id as decision_id,
        decisions.*,
        resolved.survivor_id
    from {{ ref("stg_unit_decisions__decisions") }} as decisions
    left join {{ ref("int_nominals_resolved") }} as resolved on decisions.nominal_id = resolved.nominal_id
),

-- a list may have been published under more than one version of the algorithm: the rank is confirmed by any of them
printed as (
    select distinct
        published.run_date,
        published.nominal_id,
        published.rank
    from {{ ref("fct_published_rankings") }} as published
),

around as (
    select
        decisions.decision_id,
        count(case when offences.offence_date <= decisions.decision_date then 1 end) as offences_before,
        count(case when offences.offence_date > decisions.decision_date then 1 end) as follow_up_offences,
        sum(
            case when offences.offence_date > decisions.decision_date then coalesce(offences.harm_days, 0) else 0 end
        ) as follow_up_harm_days
    from decisions
    inner join {{ ref("fct_offences") }} as offences
        on
            decisions.survivor_id = offences.nominal_id
            and offences.offence_date
            > {{ days_after("decisions.decision_date", "-" ~ parameter("follow_up_days")) }}
            and offences.offence_date <= {{ days_after("decisions.decision_date", parameter("follow_up_days")) }}
    where
        -- before: what the meeting could know; after: what is known now
        case
            when offences.offence_date <= decisions.decision_date
                then
                    offences.recorded_date <= decisions.decision_date
                    and (offences.counted_until is null or offences.counted_until > decisions.decision_date)
            else offences.counted_until is null or offences.counted_until > {{ as_at() }}
        end
    group by decisions.decision_id
),

inside as (
    select distinct decisions.decision_id
    from decisions
    inner join {{ ref("fct_custody_spells") }} as spells
        on
            decisions.survivor_id = spells.nominal_id
            and spells.start_date <= decisions.decision_date
            and (spells.end_date is null or spells.end_date > decisions.decision_date)
),

confirmed as (
    select distinct decisions.decision_id
    from decisions
    inner join printed
        on
            decisions.run_date = printed.run_date
            and decisions.rank = printed.rank
            and printed.nominal_id in (decisions.nominal_id, decisions.survivor_id)
)

select
    decisions.decision_id,
    decisions.run_date,
    decisions.survivor_id as nominal_id,
    decisions.decision,
    decisions.reason,
    decisions.decided_by,
    decisions.decision_date,
    decisions.rank as rank_written,
    rankings.rank as rank_at_list,
    case
        when decisions.rank is not null
            then confirmed.decision_id is not null or coalesce(decisions.rank = rankings.rank, false)
    end as is_rank_confirmed,
    {{ days_after("decisions.decision_date", parameter("follow_up_days")) }} <= {{ as_at() }} as is_mature,
    inside.decision_id is not null as is_inside,
    case when decisions.survivor_id is not null then coalesce(around.offences_before, 0) end as offences_before,
    case when decisions.survivor_id is not null then coalesce(around.follow_up_offences, 0) end as follow_up_offences,
    case
        when decisions.survivor_id is not null then cast(coalesce(around.follow_up_harm_days, 0) as decimal(18, 4))
    end as follow_up_harm_days,
    decisions.delivery_id
from decisions
left join {{ ref("fct_rankings") }} as rankings
    on decisions.run_date = rankings.run_date and decisions.survivor_id = rankings.nominal_id
left join around on decisions.decision_id = around.decision_id
left join inside on decisions.decision_id = inside.decision_id
left join confirmed on decisions.decision_id = confirmed.decision_id
