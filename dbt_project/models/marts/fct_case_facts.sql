-- What a meeting should be told of each listed nominal: the offence to name among those recorded since the run date
-- before, what the counted offences of the last year are about, custody now, who referred, and what was decided last.
with run_dates as (
    select
        dates.run_date,
        row_number() over (
            order by dates.run_date
        ) as place
    from {{ ref("dim_run_dates") }} as dates
),

previous_date as (
    select max(run_dates.run_date) as run_date
    from run_dates
    where run_dates.run_date < {{ as_at() }}
),

first_date as (
    select min(run_dates.run_date) as run_date from run_dates
),

-- dates in a row at which somebody is on the meeting list differ from their own count by the same number
meetings as (
    select
        meeting.nominal_id,
        meeting.run_date,
        run_dates.place - row_number() over (
            partition by meeting.nominal_id
            order by meeting.run_date
        ) as stay
    from {{ ref("fct_meeting_list") }} as meeting
    inner join run_dates on meeting.run_date = run_dates.run_date
),

stays as (
    select
        meetings.nominal_id,
        min(meetings.run_date) as since
    from meetings
    group by meetings.nominal_id, meetings.stay
    having max(meetings.run_date) = {{ as_at() }}
),

counted as (
    select
        offences.nominal_id,
        offences.offence_id,
        offences.title,
        offences.ho_code,
        offences.offence_date,
        offences.recorded_date,
        offences.weighted_harm_days,
        offences.is_high_harm,
        offences.domestic_abuse,
        offences.hate_crime,
        offences.child_abuse,
        offences.has_vulnerable_victim,
        coalesce(
            ',' || {{ parameter("drug_subgroups") }} || ',' like '%,' || offences.subgroup || ',%', false
        ) as is_drug_offence,
        coalesce(
            ',' || {{ parameter("antisocial_subgroups") }} || ',' like '%,' || offences.subgroup || ',%', false
        ) as is_antisocial,
        offences.offence_date > {{ days_after(as_at(), "-" ~ parameter("case_facts_days")) }} as is_recent,
        coalesce(offences.recorded_date > previous_date.run_date, false) as is_new
    from {{ ref("fct_offences") }} as offences
    inner join {{ ref("fct_listed_nominals") }} as listed on offences.nominal_id = listed.nominal_id
    cross join previous_date
    where offences.counted_until is null or offences.counted_until > {{ as_at() }}
),

counts as (
    select
        counted.nominal_id,
        count(case when counted.is_new then 1 end) as new_offences,
        count(case when counted.is_recent and counted.domestic_abuse then 1 end) as domestic_abuse_count,
        count(case when counted.is_recent and counted.child_abuse then 1 end) as child_abuse_count,
        count(case when counted.is_recent and counted.hate_crime then 1 end) as hate_crime_count,
        count(case when counted.is_recent and counted.has_vulnerable_victim then 1 end) as vulnerable_victim_count,
        count(case when counted.is_recent and counted.is_drug_offence then 1 end) as drug_count,
        count(case when counted.is_recent and counted.is_antisocial then 1 end) as antisocial_count
    from counted
    group by counted.nominal_id
),

named as (
    select
        counted.*,
        row_number() over (
            partition by counted.nominal_id
            order by
                counted.is_high_harm desc,
                counted.weighted_harm_days desc,
                counted.recorded_date desc,
                counted.offence_id asc
        ) as naming_order
    from counted
    where counted.is_new
),

inside as (
    select
        spells.nominal_id,
        spells.start_date,
        spells.custody_type,
        spells.sentence_days,
        row_number() over (
            partition by spells.nominal_id
            order by spells.start_date desc, spells.custody_id asc
        ) as spell_order
    from {{ ref("fct_custody_spells") }} as spells
    where spells.start_date <= {{ as_at() }} and (spells.end_date is null or spells.end_date > {{ as_at() }})
),

waiting as (
    select
        referrals.nominal_id,
        {{ text_list("referrals.agency") }} as referred_by,
        min(referrals.referred_date) as referred_date,
        max(
            case
                when
                    referrals.decision = 'deferred'
                    and coalesce(referrals.meeting_date, referrals.referred_date) <= {{ as_at() }}
                    then coalesce(referrals.meeting_date, referrals.referred_date)
            end
        ) as deferred_date
    from {{ ref("fct_referrals") }} as referrals
    where
        referrals.referred_date <= {{ as_at() }}
        and (
            referrals.decision not in ('adopted', 'not_adopted')
            or coalesce(referrals.meeting_date, referrals.referred_date) > {{ as_at() }}
        )
    group by referrals.nominal_id
),

last_decisions as (
    select
        decisions.*,
        row_number() over (
            partition by decisions.nominal_id
            order by decisions.decision_date desc, decisions.run_date desc, decisions.decision_id asc
        ) as decision_order
    from {{ ref("fct_unit_decisions") }} as decisions
    where decisions.nominal_id is not null
),

statutory as (
    select spells.nominal_id
    from {{ ref("fct_cohort_spells") }} as spells
    where
        spells.statutory
        and spells.adopted_date <= {{ as_at() }}
        and (spells.deselected_date is null or spells.deselected_date > {{ as_at() }})
    group by spells.nominal_id
)

select
    listed.nominal_id,
    coalesce(counts.new_offences, 0) as new_offences,
    named.title as new_offence_title,
    named.ho_code as new_offence_ho_code,
    named.offence_date as new_offence_date,
    named.recorded_date as new_offence_recorded_date,
    named.is_high_harm as is_new_offence_high_harm,
    named.domestic_abuse as is_new_offence_domestic_abuse,
    coalesce(counts.domestic_abuse_count, 0) as domestic_abuse_count,
    coalesce(counts.child_abuse_count, 0) as child_abuse_count,
    coalesce(counts.hate_crime_count, 0) as hate_crime_count,
    coalesce(counts.vulnerable_victim_count, 0) as vulnerable_victim_count,
    coalesce(counts.drug_count, 0) as drug_count,
    coalesce(counts.antisocial_count, 0) as antisocial_count,
    inside.start_date as custody_since,
    inside.custody_type,
    inside.sentence_days,
    waiting.referred_by,
    waiting.referred_date,
    waiting.deferred_date,
    statutory.nominal_id is not null as is_statutory,
    last_decisions.decision as last_decision,
    last_decisions.reason as last_decision_reason,
    last_decisions.decision_date as last_decision_date,
    last_decisions.decided_by as last_decided_by,
    stays.since as meeting_list_since,
    coalesce(
        stays.since > {{ days_after(as_at(), "-" ~ parameter("meeting_interval_days")) }}
        and stays.since > first_date.run_date,
        false
    ) as is_new_case
from {{ ref("fct_listed_nominals") }} as listed
left join counts on listed.nominal_id = counts.nominal_id
left join named on listed.nominal_id = named.nominal_id and named.naming_order = 1
left join inside on listed.nominal_id = inside.nominal_id and inside.spell_order = 1
left join waiting on listed.nominal_id = waiting.nominal_id
left join statutory on listed.nominal_id = statutory.nominal_id
left join last_decisions on listed.nominal_id = last_decisions.nominal_id and last_decisions.decision_order = 1
left join stays on listed.nominal_id = stays.nominal_id
cross join first_date
