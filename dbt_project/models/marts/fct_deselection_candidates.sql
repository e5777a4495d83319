-- Open spells that a rule puts up for de-selection, with what the rule saw. People decide: the list only asks. An
-- unlinked spell is never a candidate, since nothing is known of its person.
with spells as (
    select
        spells.spell_id,
        spells.nominal_id,
        spells.cohort,
        spells.scheme,
        spells.manager_id,
        spells.adopted_date,
        rules.rule,
        rules.title,
        rules.needs_intelligence,
        rules.months,
        {{ months_after(as_at(), "-1 * rules.months") }} as since_date
    from {{ ref("fct_cohort_spells") }} as spells
    inner join {{ ref("deselection_rules") }} as rules on spells.cohort = rules.cohort or rules.cohort = 'all'
    where
        spells.nominal_id is not null
        and (spells.deselected_date is null or spells.deselected_date > {{ as_at() }})
        and spells.adopted_date <= {{ months_after(as_at(), "-1 * rules.months") }}
),

people as (
    select distinct spells.nominal_id from spells
),

latest_offences as (
    select
        offences.nominal_id,
        max(offences.offence_date) as latest_date
    from {{ ref("fct_offences") }} as offences
    inner join people on offences.nominal_id = people.nominal_id
    where offences.counted_until is null or offences.counted_until > {{ as_at() }}
    group by offences.nominal_id
),

latest_intelligence as (
    select
        logs.nominal_id,
        max(logs.log_date) as latest_date
    from {{ ref("fct_intelligence") }} as logs
    inner join people on logs.nominal_id = people.nominal_id
    group by logs.nominal_id
),

-- without the optional intelligence extract nobody can say that there was none
intelligence_files as (
    select count(*) as files
    from {{ ref("fct_delivery_files") }} as files
    where files.source = 'police_records' and files.entity = 'intelligence'
),

sentences as (
    select
        spells.spell_id,
        custody.custody_id,
        custody.start_date,
        custody.sentence_days,
        row_number() over (
            partition by spells.spell_id order by custody.start_date desc, custody.custody_id asc
        ) as sentence_position,
        count(*) over (partition by spells.spell_id) as sentences
    from spells
    inner join {{ ref("fct_custody_spells") }} as custody
        on spells.nominal_id = custody.nominal_id and custody.start_date >= spells.adopted_date
    where
        spells.rule = 'sentenced'
        and custody.custody_type = 'sentence'
        and custody.sentence_days >= {{ parameter("deselection_sentence_days") }}
),

evidence as (
    select
        spells.spell_id,
        spells.rule,
        'Sentenced on ' || {{ as_text("sentences.start_date") }} || ' to ' || {{ as_text("sentences.sentence_days") }}
        || ' days (custody ' || sentences.custody_id || ')'
        || case
            when sentences.sentences > 1 then ', and ' || {{ as_text("sentences.sentences - 1") }} || ' more'
            else ''
        end as evidence,
        sentences.sentences as evidence_rows,
        sentences.start_date as evidence_date
    from spells
    inner join sentences on spells.spell_id = sentences.spell_id and sentences.sentence_position = 1
    where spells.rule = 'sentenced'
    union all
    select
        spells.spell_id,
        spells.rule,
        'Since ' || {{ as_text("spells.since_date") }} || ': no counted offence (latest '
        || coalesce({{ as_text("latest_offences.latest_date") }}, 'none')
        || case
            when spells.needs_intelligence
                then
                    ') and no intelligence (latest '
                    || coalesce({{ as_text("latest_intelligence.latest_date") }}, 'none') || ')'
            else ')'
        end as evidence,
        cast(0 as bigint) as evidence_rows,
        greatest(
            latest_offences.latest_date, case when spells.needs_intelligence then latest_intelligence.latest_date end
        ) as evidence_date
    from spells
    cross join intelligence_files
    left join latest_offences on spells.nominal_id = latest_offences.nominal_id
    left join latest_intelligence on spells.nominal_id = latest_intelligence.nominal_id
    where
        spells.rule = 'no_offence_no_intelligence'
        and (latest_offences.latest_date is null or latest_offences.latest_date <= spells.since_date)
        and (
            not spells.needs_intelligence
            or (
                intelligence_files.files > 0
                and (latest_intelligence.latest_date is null or latest_intelligence.latest_date <= spells.since_date)
            )
        )
    union all
    select
        spells.spell_id,
        spells.rule,
        'Died on ' || {{ as_text("nominals.deceased_date") }} as evidence,
        cast(1 as bigint) as evidence_rows,
        nominals.deceased_date as evidence_date
    from spells
    inner join {{ ref("dim_nominals") }} as nominals on spells.nominal_id = nominals.nominal_id
    where spells.rule = 'deceased' and nominals.deceased_date <= {{ as_at() }}
)

select
    spells.spell_id,
    spells.rule,
    spells.nominal_id,
    spells.cohort,
    spells.scheme,
    spells.manager_id,
    spells.adopted_date,
    spells.title as rule_title,
    evidence.evidence,
    evidence.evidence_rows,
    evidence.evidence_date
from evidence
inner join spells on evidence.spell_id = spells.spell_id and evidence.rule = spells.rule
