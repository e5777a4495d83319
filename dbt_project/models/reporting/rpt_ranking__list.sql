-- The list at as_at as its readers need it: the first 300, and everybody on the meeting list.
with open_spells as (
    select
        spells.nominal_id,
        spells.cohort,
        spells.manager_id
    from {{ ref("fct_cohort_spells") }} as spells
    where
        spells.nominal_id is not null
        and (spells.deselected_date is null or spells.deselected_date > {{ as_at() }})
    union
    select
        registrations.nominal_id,
        'visor' as cohort,
        registrations.manager_id
    from {{ ref("fct_visor_registrations") }} as registrations
    where
        registrations.nominal_id is not null
        and (registrations.registration_end is null or registrations.registration_end > {{ as_at() }})
),

cohorts as (
    select
        open_spells.nominal_id,
        {{ text_list("open_spells.cohort") }} as cohorts,
        {{ text_list("open_spells.manager_id") }} as manager_ids
    from open_spells
    group by open_spells.nominal_id
),

ended_spells as (
    select spells.nominal_id
    from {{ ref("fct_cohort_spells") }} as spells
    where spells.deselected_date <= {{ as_at() }}
    union
    select registrations.nominal_id
    from {{ ref("fct_visor_registrations") }} as registrations
    where registrations.registration_end <= {{ as_at() }}
),

-- Whom a merge or a split concerns since the list as published for the run date before. `previous_rank` is computed with
-- the people of now and cannot show it; whoever holds that list in hand would look for a reason in vain.
previous_list as (
    select
        published.run_date,
        max(published.release_id) as release_id
    from {{ ref("fct_published_rankings") }} as published
    where
        published.run_date = (
            select max(rankings.run_date) from {{ ref("fct_rankings") }} as rankings
            where rankings.run_date < {{ as_at() }} and rankings.is_scheduled
        )
    group by published.run_date
),

identity_changes as (
    select changes.*
    from {{ ref("fct_identity_changes") }} as changes
    inner join previous_list
        on changes.run_date = previous_list.run_date and changes.release_id = previous_list.release_id
),

identity_shifts as (
    select
        changes.survivor_now as nominal_id,
        changes.nominal_id as joined_id,
        {{ as_text("null") }} as left_id,
        {{ as_text("null") }} as parted_id
    from identity_changes as changes
    where changes.survivor_now is not null
    union all
    select
        changes.survivor_before as nominal_id,
        null as joined_id,
        changes.nominal_id as left_id,
        null as parted_id
    from identity_changes as changes
    where changes.survivor_before is not null
    union all
    select
        changes.nominal_id,
        null as joined_id,
        null as left_id,
        changes.survivor_before as parted_id
    from identity_changes as changes
    where changes.change = 'split'
),

identity_words as (
    select
        shifts.nominal_id,
        concat_ws(
            '; ',
            'now one person with ' || {{ text_list("shifts.joined_id") }},
            'no longer one person with ' || {{ text_list("shifts.left_id") }},
            'was taken for ' || {{ text_list("shifts.parted_id") }}
        ) as words
    from identity_shifts as shifts
    group by shifts.nominal_id
),

identity_moves as (
    select
        identity_words.nominal_id,
        identity_words.words,
        previous_list.run_date,
        published.rank as published_rank
    from identity_words
    cross join previous_list
    left join {{ ref("fct_published_rankings") }} as published
        on
            identity_words.nominal_id = published.nominal_id
            and previous_list.run_date = published.run_date
            and previous_list.release_id = published.release_id
),

movements as (
    select
        rankings.*,
        case
            when
                identity_moves.nominal_id is not null
                and coalesce(abs(identity_moves.published_rank - rankings.rank) > {{ parameter("movement_min_places") }}, true)
                and least(coalesce(identity_moves.published_rank, rankings.rank), rankings.rank)
                <= {{ parameter("movement_within_rank") }}
                then 'identity'
            else rankings.movement_reason
        end as listed_reason,
        case
            when identity_moves.published_rank is null then 'Not in the list published for '
            when identity_moves.published_rank > rankings.rank
                then 'Up ' || {{ as_text("identity_moves.published_rank - rankings.rank") }} || ' on the list published for '
            else 'Down ' || {{ as_text("rankings.rank - identity_moves.published_rank") }} || ' on the list published for '
        end || {{ as_text("identity_moves.run_date") }} || ': ' || identity_moves.words as identity_sentence,
        rankings.previous_rank - rankings.rank as rank_change,
        case when rankings.previous_rank > rankings.rank then 'Moved up ' else 'Moved down ' end
        || {{ as_text("abs(rankings.previous_rank - rankings.rank)") }} || ': ' as movement_words
    from {{ ref("fct_rankings") }} as rankings
    left join identity_moves on rankings.nominal_id = identity_moves.nominal_id
    where rankings.run_date = {{ as_at() }}
)

select
    {{ as_at() }} as as_at,
    listed.nominal_id,
    movements.rank,
    movements.previous_rank,
    movements.rank_change,
    movements.score,
    nominals.surname,
    nominals.forename,
    nominals.date_of_birth,
    cast({{ age_at(as_at(), "nominals.date_of_birth") }} as bigint) as age,
    nominals.sex,
    nominals.division,
    -- who waits on the meeting list without being ranked (under age, say) has a status too; nobody has one to be told of
    -- where no source came that says who is managed
    case
        when {{ management_delivered(ref("fct_deliveries")) }}
            then
                coalesce(
                    movements.management_status,
                    case
                        when cohorts.nominal_id is not null then 'managed'
                        when ended_spells.nominal_id is not null then 'previously_managed'
                        else 'considered'
                    end
                )
        else 'not_known'
    end as management_status,
    cohorts.cohorts,
    cohorts.manager_ids,
    coalesce(movements.in_custody, false) as in_custody,
    coalesce(movements.is_top_n, false) as is_top_n,
    coalesce(movements.is_new_in_top_n, false) as is_new_in_top_n,
    coalesce(
        movements.rank <= {{ parameter("urgent_top_n") }}
        and movements.is_new_in_top_n is not null
        and coalesce(movements.previous_rank > {{ parameter("urgent_top_n") }}, true),
        false
    ) as is_new_in_top_30,
    meeting.nominal_id is not null as is_on_meeting_list,
    meeting.reason as meeting_reason,
    coalesce(meeting.is_urgent, false) as is_urgent,
    meeting.urgent_reason,
    movements.listed_reason as movement_reason,
    case movements.listed_reason
        when 'identity' then movements.identity_sentence
        when 'offence_cancelled'
            then movements.movement_words || 'an offence no longer counts (cancelled, or cleared of it)'
        when 'new_offence'
            then
                movements.movement_words
                || case when facts.is_new_offence_high_harm then 'a new high-harm offence, ' else 'a new offence, ' end
                || coalesce(facts.new_offence_title, 'code ' || facts.new_offence_ho_code)
                || ', recorded on ' || {{ as_text("facts.new_offence_recorded_date") }}
                || case
                    when facts.new_offences > 1
                        then ', and ' || {{ as_text("facts.new_offences - 1") }} || ' more'
                    else ''
                end
        when 'new_sanction' then movements.movement_words || 'a new sanction'
        when 'ageing' then movements.movement_words || 'reached another age band'
        when 'others_moved' then movements.movement_words || 'nothing new here, others moved'
    end as movement_sentence,
    movements.risk_probability,
    movements.ogrs3_formal_p2,
    movements.copas_rate,
    movements.harm_days,
    movements.weighted_harm_days,
    movements.offence_count,
    movements.high_harm_count,
    movements.latest_offence_date,
    nominals.merged_count
from {{ ref("fct_listed_nominals") }} as listed
inner join {{ ref("dim_nominals") }} as nominals on listed.nominal_id = nominals.nominal_id
left join movements on listed.nominal_id = movements.nominal_id
left join cohorts on listed.nominal_id = cohorts.nominal_id
left join ended_spells on listed.nominal_id = ended_spells.nominal_id
left join {{ ref("fct_meeting_list") }} as meeting
    on listed.nominal_id = meeting.nominal_id and meeting.run_date = {{ as_at() }}
left join {{ ref("fct_case_facts") }} as facts on listed.nominal_id = facts.nominal_id
