-- Every adoption, refusal, deferral and de-selection, and every decision that the unit recorded itself, where the person stood
-- in the ranking then, and what came in the year after, as known at as_at.
with events as (
    select
        events.*,
        {{ days_after("events.event_date", parameter("follow_up_days")) }} as follow_up_end
    from {{ ref("fct_selection_events") }} as events
    where events.kind <> 'referral_adopted'
),

followed as (
    select
        events.event_id,
        count(*) as offences,
        sum(coalesce(offences.harm_days, 0)) as harm_days
    from events
    inner join {{ ref("fct_offences") }} as offences
        on
            events.nominal_id = offences.nominal_id
            and offences.offence_date > events.event_date
            and offences.offence_date <= events.follow_up_end
    where offences.counted_until is null or offences.counted_until > {{ as_at() }}
    group by events.event_id
),

managed_after as (
    select distinct events.event_id
    from events
    inner join {{ ref("fct_management_periods") }} as periods
        on
            events.nominal_id = periods.nominal_id
            and (periods.start_date is null or periods.start_date <= events.follow_up_end)
            and (periods.end_date is null or periods.end_date > events.follow_up_end)
)

select
    {{ as_at() }} as as_at,
    events.event_id as event,
    events.event_date as date,
    events.nominal_id,
    events.kind,
    events.pathway,
    events.agency,
    events.cohort,
    events.rank_run_date,
    events.rank_at_event,
    events.reason,
    events.decided_by as decided_by_role,
    events.follow_up_end <= {{ as_at() }} as is_mature,
    case when events.nominal_id is not null then coalesce(followed.offences, 0) end as follow_up_offences,
    case
        when events.nominal_id is not null then cast(coalesce(followed.harm_days, 0) as decimal(18, 4))
    end as follow_up_harm_days,
    case
        when
            events.follow_up_end <= {{ as_at() }}
            and events.nominal_id is not null
            and {{ management_delivered(ref("fct_deliveries")) }}
            then managed_after.event_id is not null
    end as is_managed_a_year_later
from events
left join followed on events.event_id = followed.event_id
left join managed_after on events.event_id = managed_after.event_id
