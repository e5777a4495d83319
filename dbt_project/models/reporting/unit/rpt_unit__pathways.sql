-- How people come to the unit, by month. By agency: what became of the referrals made in the month. By pathway: the
-- adoptions of the month (the spells say the pathway; they say nothing of referrals).
with referrals as (
    select
        cast(date_trunc('month', referrals.referred_date) as date) as month,
        referrals.agency,
        referrals.triage,
        referrals.decision,
        coalesce(referrals.meeting_date <= {{ as_at() }}, false) as is_heard,
        events.event_date,
        events.rank_at_event,
        {{ days_between("referrals.referred_date", "events.event_date") }} as days_to_decision
    from {{ ref("fct_referrals") }} as referrals
    left join {{ ref("fct_selection_events") }} as events
        on 'referral/' || referrals.referral_id = events.event_id and events.kind in ('referral_adopted', 'refusal')
),

by_agency as (
    select
        referrals.month,
        'agency' as kind,
        referrals.agency as pathway,
        count(*) as referred,
        count(case when referrals.triage <> 'not_triaged' then 1 end) as triaged,
        count(case when referrals.is_heard then 1 end) as heard,
        count(case when referrals.decision = 'adopted' then 1 end) as adopted,
        count(case when referrals.decision = 'not_adopted' then 1 end) as not_adopted,
        count(case when referrals.decision = 'deferred' then 1 end) as deferred,
        count(case when referrals.decision = 'pending' then 1 end) as pending,
        cast(sum(referrals.days_to_decision) as double) / nullif(count(referrals.days_to_decision), 0)
            as days_to_decision,
        {{ median("referrals.rank_at_event") }} as median_rank_at_decision
    from referrals
    group by referrals.month, referrals.agency
),

by_pathway as (
    select
        cast(date_trunc('month', events.event_date) as date) as month,
        'pathway' as kind,
        events.pathway,
        cast(null as bigint) as referred,
        cast(null as bigint) as triaged,
        cast(null as bigint) as heard,
        count(*) as adopted,
        cast(null as bigint) as not_adopted,
        cast(null as bigint) as deferred,
        cast(null as bigint) as pending,
        cast(null as double) as days_to_decision,
        {{ median("events.rank_at_event") }} as median_rank_at_decision
    from {{ ref("fct_selection_events") }} as events
    where events.kind = 'adoption'
    group by cast(date_trunc('month', events.event_date) as date), events.pathway
),

united as (
    select by_agency.* from by_agency
    union all
    select by_pathway.* from by_pathway
)

select
    {{ as_at() }} as as_at,
    united.month,
    united.kind,
    united.pathway,
    united.referred,
    united.triaged,
    united.heard,
    united.adopted,
    united.not_adopted,
    united.deferred,
    united.pending,
    united.days_to_decision,
    cast(united.median_rank_at_decision as double) as median_rank_at_decision
from united
