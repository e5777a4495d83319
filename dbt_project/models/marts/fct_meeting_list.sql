-- Who the meeting should discuss: the top N who are not managed and were not decided on within a year, and referrals
-- that wait for a decision. Decisions are those of referrals and those of the unit's own record; a de-selection or a
-- deferral there takes nobody off. Urgent: new in the top 30, or a high-harm offence recorded in the last fortnight.
with referral_dates as (
    select
        referrals.nominal_id,
        referrals.referred_date,
        case
            when referrals.decision in ('adopted', 'not_adopted')
                then coalesce(referrals.meeting_date, referrals.referred_date)
        end as decided_date
    from {{ ref("fct_referrals") }} as referrals
    where referrals.nominal_id is not null
),

run_dates as (
    select run_dates.run_date from {{ ref("dim_run_dates") }} as run_dates
),

waiting as (
    select
        run_dates.run_date,
        referral_dates.nominal_id
    from run_dates
    inner join referral_dates
        on
            referral_dates.referred_date <= run_dates.run_date
            and (referral_dates.decided_date is null or referral_dates.decided_date > run_dates.run_date)
    group by run_dates.run_date, referral_dates.nominal_id
),

decision_dates as (
    select
        referral_dates.nominal_id,
        referral_dates.decided_date
    from referral_dates
    where referral_dates.decided_date is not null
    union
    select
        decisions.nominal_id,
        decisions.decision_date as decided_date
    from {{ ref("fct_unit_decisions") }} as decisions
    where decisions.decision in ('adopt', 'not_adopt') and decisions.nominal_id is not null
),

decided as (
    select
        run_dates.run_date,
        decision_dates.nominal_id
    from run_dates
    inner join decision_dates
        on
            decision_dates.decided_date <= run_dates.run_date
            and decision_dates.decided_date
            > {{ days_after("run_dates.run_date", "-" ~ parameter("decided_within_days")) }}
    group by run_dates.run_date, decision_dates.nominal_id
),

not_managed as (
    select
        rankings.run_date,
        rankings.nominal_id
    from {{ ref("fct_rankings") }} as rankings
    left join decided on rankings.run_date = decided.run_date and rankings.nominal_id = decided.nominal_id
    where rankings.is_top_n and rankings.management_status <> 'managed' and decided.nominal_id is null
),

listed as (
    select not_managed.run_date, not_managed.nominal_id from not_managed
    union
    select waiting.run_date, waiting.nominal_id from waiting
),

new_high_harm as (
    select
        run_dates.run_date,
        offences.nominal_id
    from run_dates
    inner join {{ ref("fct_offences") }} as offences
        on
            offences.recorded_date <= run_dates.run_date
            and offences.recorded_date > {{ days_after("run_dates.run_date", "-" ~ parameter("urgent_days")) }}
            and (offences.counted_until is null or offences.counted_until > run_dates.run_date)
    where offences.is_high_harm
    group by run_dates.run_date, offences.nominal_id
)

select
    listed.run_date,
    listed.nominal_id,
    rankings.rank,
    case
        when not_managed.nominal_id is not null and waiting.nominal_id is not null then 'top_n_and_referral'
        when not_managed.nominal_id is not null then 'top_n'
        else 'referral'
    end as reason,
    new_high_harm.nominal_id is not null
    or coalesce(
        rankings.rank <= {{ parameter("urgent_top_n") }}
        and rankings.is_new_in_top_n is not null
        and coalesce(rankings.previous_rank > {{ parameter("urgent_top_n") }}, true),
        false
    ) as is_urgent,
    case
        when
            new_high_harm.nominal_id is not null
            and rankings.rank <= {{ parameter("urgent_top_n") }}
            and rankings.is_new_in_top_n is not null
            and coalesce(rankings.previous_rank > {{ parameter("urgent_top_n") }}, true)
            then 'new_in_top_30_and_high_harm'
        when new_high_harm.nominal_id is not null then 'new_high_harm_offence'
        when
            rankings.rank <= {{ parameter("urgent_top_n") }}
            and rankings.is_new_in_top_n is not null
            and coalesce(rankings.previous_rank > {{ parameter("urgent_top_n") }}, true)
            then 'new_in_top_30'
    end as urgent_reason
from listed
left join {{ ref("fct_rankings") }} as rankings
    on listed.run_date = rankings.run_date and listed.nominal_id = rankings.nominal_id
left join not_managed on listed.run_date = not_managed.run_date and listed.nominal_id = not_managed.nominal_id
left join waiting on listed.run_date = waiting.run_date and listed.nominal_id = waiting.nominal_id
left join new_high_harm
    on listed.run_date = new_high_harm.run_date and listed.nominal_id = new_high_harm.nominal_id
