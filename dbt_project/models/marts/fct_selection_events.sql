-- Every decision on a person: adoptions and de-selections from the spells, refusals and deferrals from the referrals
-- (and their adoptions, which led to a spell or will), with the rank on the latest run date by then. A meeting that
-- lies ahead has no effect yet: the decision is dated by its referral. What the unit itself recorded stands beside them,
-- with who decided and the rank on the list that it was decided on.
with referrals as (
    select
        referrals.referral_id,
        referrals.nominal_id,
        referrals.agency,
        referrals.referred_date,
        referrals.decision,
        referrals.decision_reason,
        coalesce(
            case when referrals.meeting_date <= {{ as_at() }} then referrals.meeting_date end, referrals.referred_date
        ) as decided_date
    from {{ ref("fct_referrals") }} as referrals
    where referrals.decision in ('adopted', 'not_adopted', 'deferred')
),

events as (
    select
        'spell/' || spells.spell_id || '/adoption' as event_id,
        spells.adopted_date as event_date,
        spells.nominal_id,
        'adoption' as kind,
        spells.pathway,
        {{ as_text("null") }} as agency,
        spells.cohort,
        {{ as_text("null") }} as reason,
        cast(null as date) as referred_date,
        {{ as_text("null") }} as decided_by,
        cast(null as date) as list_date
    from {{ ref("fct_cohort_spells") }} as spells
    union all
    select
        'spell/' || spells.spell_id || '/deselection' as event_id,
        spells.deselected_date as event_date,
        spells.nominal_id,
        'deselection' as kind,
        spells.pathway,
        {{ as_text("null") }} as agency,
        spells.cohort,
        spells.deselection_reason as reason,
        cast(null as date) as referred_date,
        {{ as_text("null") }} as decided_by,
        cast(null as date) as list_date
    from {{ ref("fct_cohort_spells") }} as spells
    where spells.deselected_date is not null
    union all
    select
        'referral/' || referrals.referral_id as event_id,
        referrals.decided_date as event_date,
        referrals.nominal_id,
        case referrals.decision
            when 'adopted' then 'referral_adopted'
            when 'not_adopted' then 'refusal'
            else 'deferral'
        end as kind,
        case when referrals.agency = 'algorithm' then 'algorithm' else 'referral' end as pathway,
        referrals.agency,
        {{ as_text("null") }} as cohort,
        referrals.decision_reason as reason,
        referrals.referred_date,
        {{ as_text("null") }} as decided_by,
        cast(null as date) as list_date
    from referrals
    union all
    select
        'decision/' || decisions.decision_id as event_id,
        decisions.decision_date as event_date,
        decisions.nominal_id,
        'meeting_' || decisions.decision as kind,
        {{ as_text("null") }} as pathway,
        {{ as_text("null") }} as agency,
        {{ as_text("null") }} as cohort,
        decisions.reason,
        cast(null as date) as referred_date,
        decisions.decided_by,
        decisions.run_date as list_date
    from {{ ref("fct_unit_decisions") }} as decisions
),

dated as (
    select
        events.event_id,
        max(run_dates.run_date) as rank_run_date
    from events
    inner join {{ ref("dim_run_dates") }} as run_dates on coalesce(events.list_date, events.event_date) >= run_dates.run_date
    group by events.event_id
)

select
    events.event_id,
    events.event_date,
    events.nominal_id,
    events.kind,
    events.pathway,
    events.agency,
    events.cohort,
    events.reason,
    events.referred_date,
    events.decided_by,
    dated.rank_run_date,
    rankings.rank as rank_at_event
from events
left join dated on events.event_id = dated.event_id
left join {{ ref("fct_rankings") }} as rankings
    on dated.rank_run_date = rankings.run_date and events.nominal_id = rankings.nominal_id
