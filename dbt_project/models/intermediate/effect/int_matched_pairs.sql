-- For each adoption the comparators: never considered and at liberty on the date, same sex, of like age and recent
-- offending, nearest in score within the caliper; with replacement. Pairs are looked up, not scanned: everybody carries the
-- number of the strip that their score lies in, and `reach` strips are as wide as the widest caliper. Most adopted people have
-- all their comparators in the same strip or a neighbouring one; only for the others the whole caliper is searched. To search
-- it for all would be to sort as many pairs as there are adopted people times others like them, to keep a few.
{%- set reach = 32 %}
with strips as (
    select max(calipers.caliper) / {{ reach }}.0 as width
    from {{ ref("int_score_calipers") }} as calipers
),

people as (
    select
        matchable.*,
        cast(coalesce(floor(cast(matchable.score as double) / nullif(strips.width, 0)), 0) as bigint) as strip
    from {{ ref("int_match_people") }} as matchable
    cross join strips
),

adopted as (
    select
        people.*,
        adoptions.adopted_date,
        adoptions.run_index,
        adoptions.run_date,
        calipers.caliper,
        cast(
            floor(
                greatest(
                    cast({{ parameter("match_offences_minimum") }} as decimal(18, 4)),
                    {{ decimal_parameter("match_offences_share") }} * people.recent_offences
                )
            ) as bigint
        ) as offences_apart
    from {{ ref("int_adoptions") }} as adoptions
    inner join people
        on
            adoptions.nominal_id = people.nominal_id
            and adoptions.run_index >= people.from_index
            and adoptions.run_index < people.to_index
    inner join {{ ref("int_score_calipers") }} as calipers on adoptions.run_index = calipers.run_index
),

-- a row for each number of recent offences that a comparator may have: most people have another, and are not looked at
sought as (
    select
        adopted.*,
        {{ each_number(
            "adopted.recent_offences - adopted.offences_apart", "adopted.recent_offences + adopted.offences_apart + 1"
        ) }} as comparator_recent_offences
    from adopted
),

{% for found, strips_apart in (("found_nearby", 1), ("found_further_off", reach)) -%}
{{ found }} as (
    select
        sought.nominal_id,
        sought.adopted_date,
        sought.run_index,
        sought.run_date,
        comparators.nominal_id as comparator_id,
        sought.sex,
        sought.score,
        comparators.score as comparator_score,
        abs(comparators.score - sought.score) as score_difference,
        sought.caliper,
        sought.age,
        comparators.age as comparator_age,
        sought.recent_offences,
        comparators.recent_offences as comparator_recent_offences
    from sought
    {%- if not loop.first %}
    left join satisfied on sought.nominal_id = satisfied.nominal_id and sought.adopted_date = satisfied.adopted_date
    {%- endif %}
    cross join {{ numbers(-strips_apart, strips_apart) }} as steps
    inner join people as comparators
        on
            sought.sex = comparators.sex
            and sought.comparator_recent_offences = comparators.recent_offences
            and sought.strip + steps.n = comparators.strip
            and sought.run_index >= comparators.from_index
            and sought.run_index < comparators.to_index
    where
        comparators.is_comparable
        and sought.nominal_id <> comparators.nominal_id
        and cast(abs(comparators.score - sought.score) as double) <= sought.caliper * {{ strips_apart / reach }}
        and abs(sought.age - comparators.age) <= {{ parameter("match_age_years") }}
        {%- if not loop.first %}
        and satisfied.nominal_id is null
        {%- endif %}
),
{% if loop.first %}
-- who has all comparators: whoever lies further off than these is not nearer
satisfied as (
    select found_nearby.nominal_id, found_nearby.adopted_date
    from found_nearby
    group by found_nearby.nominal_id, found_nearby.adopted_date
    having count(*) >= {{ parameter("match_comparators") }}
),
{% endif %}
{% endfor -%}
candidates as (
    select found_nearby.*
    from found_nearby
    inner join satisfied
        on found_nearby.nominal_id = satisfied.nominal_id and found_nearby.adopted_date = satisfied.adopted_date
    union all
    select found_further_off.* from found_further_off
),

positioned as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.nominal_id, candidates.adopted_date
            order by candidates.score_difference asc, candidates.comparator_id asc
        ) as position
    from candidates
)

select
    positioned.*,
    count(*) over (partition by positioned.nominal_id, positioned.adopted_date) as comparators
from positioned
where positioned.position <= {{ parameter("match_comparators") }}
