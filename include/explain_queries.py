"""What ``hhw explain`` asks the published warehouse: over ``$who`` and ``$day``, the marts only."""

PERSON = """
    select surname, forename, date_of_birth, sex, division, deceased_date, merged_count, pnc_id
    from marts.dim_nominals
    where nominal_id = $who
"""

RANK = """
    select ranked.*, ln(1 + weighted_harm_days) as harm_term,
        (select count(*) from marts.fct_rankings where run_date = $day) as everybody
    from marts.fct_rankings as ranked
    where nominal_id = $who and run_date = $day
"""

PUBLISHED = """
    select rank, release_id, algorithm_version
    from marts.fct_published_rankings
    where nominal_id = $who and run_date = $day
    order by algorithm_version
"""

TERMS = """
    select term, sum(contribution) as contribution
    from marts.fct_ranking_explanations
    where nominal_id = $who and run_date = $day
    group by term
"""

# What counts on a day: recorded and committed by then, not cancelled and not cleared of it.
OFFENCES = """
    select offences.*,
        case when role_date <= $day then role else 'suspect' end as role_then,
        recorded_date <= $day and offence_date <= $day and (counted_until is null or counted_until > $day) as counts,
        (
            select max(terms.contribution)
            from marts.fct_ranking_explanations as terms
            where terms.run_date = $day and terms.nominal_id = $who and terms.offence_id = offences.offence_id
        ) as contribution
    from marts.fct_offences as offences
    where nominal_id = $who
    order by weighted_harm_days desc, recorded_date desc, offence_id
"""

SANCTIONS = """
    select event_id, sanction_date, sanction, ho_code, offence_date, force_code
    from marts.fct_sanctions
    where nominal_id = $who and sanction_date <= $day
    order by sanction_date, event_id
"""

PERIODS = """
    select kind, record_id, periods.cohort, periods.scheme, start_date,
        case when end_date <= $day then end_date end as ended, periods.risk_level, periods.manager_id, pathway,
        deselection_reason
    from marts.fct_management_periods as periods
    left join marts.fct_cohort_spells as spells on kind = 'spell' and record_id = spell_id
    where periods.nominal_id = $who and (start_date is null or start_date <= $day)
    order by start_date nulls first, record_id
"""

CUSTODY = """
    select custody_id, start_date, case when end_date <= $day then end_date end as ended, custody_type, sentence_days
    from marts.fct_custody_spells
    where nominal_id = $who and start_date <= $day
    order by start_date, custody_id
"""

REFERRALS = """
    select referrals.referral_id, referrals.referred_date, referrals.agency, referrals.reason, triage, decision,
        decision_reason, events.event_date
    from marts.fct_referrals as referrals
    left join marts.fct_selection_events as events
        on 'referral/' || referrals.referral_id = events.event_id and events.event_date <= $day
    where referrals.nominal_id = $who and referrals.referred_date <= $day
    order by referrals.referred_date, referrals.referral_id
"""

DECISIONS = """
    select event_date, kind, pathway, cohort, rank_at_event
    from marts.fct_selection_events
    where nominal_id = $who and event_date <= $day and kind in ('adoption', 'deselection')
    order by event_date, event_id
"""

MEETING = """
    select reason, urgent_reason
    from marts.fct_meeting_list
    where nominal_id = $who and run_date = $day
"""

INTERVENTIONS = """
    select intervention_date, coalesce(title, intervention) as title, type,
        case when completed_date <= $day then completed_date end as completed
    from marts.fct_interventions
    where nominal_id = $who and intervention_date <= $day
    order by intervention_date, intervention_id
"""

INTELLIGENCE = """
    select count(*) as logs, max(log_date) as latest
    from marts.fct_intelligence
    where nominal_id = $who and log_date <= $day
"""

SERIAL = "select victims, offences, first_date, last_date from marts.fct_serial_da where nominal_id = $who"

REPEATS = "select kind, offences from marts.fct_repeat_nfa where nominal_id = $who order by kind"

CANDIDATES = """
    select spell_id, evidence
    from marts.fct_deselection_candidates
    where nominal_id = $who
    order by spell_id, rule
"""

PARAMETER = "select value from marts.dim_parameters where parameter = $name"
SURVIVOR = """
    select nominal_id as survivor_id from marts.dim_nominals where nominal_id = $who
    union all
    select survivor_id from marts.dim_merged_nominals where nominal_id = $who
"""
