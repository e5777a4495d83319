-- Everybody with a score, with what people are matched on: a row for each stretch of run dates [from_index, to_index) on which
-- all of it stays, since most of it stays for long. The score is rounded as in the ranking's order, so that ties do not hang on
-- the last bit of a double.
with recent as (
    {{ recent_offences(parameter("match_offences_days")) }}
),

-- what each run date adds to a person's recent offences, and to what bars from being compared: being inside, or having been
-- considered, as somebody remains from then on
changes as (
    select recent.nominal_id, recent.from_index as run_index, recent.offences, 0 as bars
    from recent
    union all
    select recent.nominal_id, recent.to_index as run_index, -recent.offences as offences, 0 as bars
    from recent
    union all
    select custody.nominal_id, custody.run_index, 0 as offences, 1 as bars
    from {{ ref("int_custody_by_run_date") }} as custody
    union all
    select custody.nominal_id, custody.run_index + 1 as run_index, 0 as offences, -1 as bars
    from {{ ref("int_custody_by_run_date") }} as custody
    union all
    select management.nominal_id, min(management.run_index) as run_index, 0 as offences, 1 as bars
    from {{ ref("int_management_by_run_date") }} as management
    group by management.nominal_id
    union all
    select stretches.nominal_id, stretches.from_index as run_index, 0 as offences, 0 as bars
    from {{ ref("int_nominals_standing") }} as stretches
),

{{ states_between("changes", {"offences": "sum", "bars": "sum"}) }}

select
    stretches.nominal_id,
    states.from_index,
    least(stretches.to_index, coalesce(states.to_index, stretches.to_index)) as to_index,
    stretches.sex,
    stretches.age,
    cast(round(stretches.score, {{ parameter("score_decimals") }}) as decimal(18, 12)) as score,
    stretches.risk_probability,
    stretches.weighted_harm_days,
    stretches.offence_count,
    cast(states.offences as bigint) as recent_offences,
    states.bars = 0 as is_comparable
from {{ ref("int_nominals_standing") }} as stretches
inner join states
    on
        stretches.nominal_id = states.nominal_id
        and stretches.from_index <= states.from_index
        and stretches.to_index > states.from_index
where stretches.score is not null
