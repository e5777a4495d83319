-- How offences end, by the month of recording and the management status of the person on that day. An offence with two
-- suspects counts once for each.
with links as (
    select
        offences.offence_id,
        offences.nominal_id,
        offences.recorded_date,
        coalesce(offences.subgroup, 'Not listed') as subgroup,
        coalesce(outcomes.outcome_group, case when offences.outcome_code is null then 'undecided' else 'other' end)
            as outcome_group
    from {{ ref("fct_offences") }} as offences
    left join {{ ref("dim_outcomes") }} as outcomes on offences.outcome_code = outcomes.outcome_code
    where offences.counted_until is null or offences.counted_until > {{ as_at() }}
),

managed as (
    select distinct
        links.offence_id,
        links.nominal_id
    from links
    inner join {{ ref("fct_management_periods") }} as periods
        on
            links.nominal_id = periods.nominal_id
            and (periods.start_date is null or periods.start_date <= links.recorded_date)
            and (periods.end_date is null or periods.end_date > links.recorded_date)
),

first_ended as (
    select
        periods.nominal_id,
        min(periods.end_date) as ended_date
    from {{ ref("fct_management_periods") }} as periods
    where periods.nominal_id is not null and periods.end_date is not null
    group by periods.nominal_id
),

first_referred as (
    select
        referrals.nominal_id,
        min(referrals.referred_date) as referred_date
    from {{ ref("fct_referrals") }} as referrals
    where referrals.nominal_id is not null
    group by referrals.nominal_id
),

statuses as (
    select
        cast(date_trunc('month', links.recorded_date) as date) as month,
        links.subgroup,
        case
            when managed.nominal_id is not null then 'managed'
            when first_ended.ended_date <= links.recorded_date then 'previously_managed'
            when first_referred.referred_date <= links.recorded_date then 'considered'
            else 'never_considered'
        end as management_status,
        links.outcome_group
    from links
    left join managed on links.offence_id = managed.offence_id and links.nominal_id = managed.nominal_id
    left join first_ended on links.nominal_id = first_ended.nominal_id
    left join first_referred on links.nominal_id = first_referred.nominal_id
),

counted as (
    select
        statuses.month,
        statuses.subgroup,
        statuses.management_status,
        count(*) as offences,
        count(case when statuses.outcome_group = 'charged' then 1 end) as charged,
        count(case when statuses.outcome_group = 'cautioned' then 1 end) as cautioned,
        count(case when statuses.outcome_group = 'no_further_action' then 1 end) as no_further_action,
        count(case when statuses.outcome_group = 'undecided' then 1 end) as undecided
    from statuses
    group by statuses.month, statuses.subgroup, statuses.management_status
)

select
    {{ as_at() }} as as_at,
    counted.month,
    counted.subgroup,
    counted.management_status,
    counted.offences,
    counted.charged,
    counted.cautioned,
    counted.no_further_action,
    counted.undecided,
    {%- for outcome in ("charged", "cautioned", "no_further_action", "undecided") %}
    cast(counted.{{ outcome }} as double) / cast(counted.offences as double) as {{ outcome }}_share,
    {%- endfor %}
    counted.offences - counted.charged - counted.cautioned - counted.no_further_action - counted.undecided
        as other_action
from counted
