-- People who are one with others, by what links them: one row per person (surviving nominal of the source), its survivor
-- included. The survivor is the one of known date of birth, then with a PNC id, then of the lowest id.
with ends as (
    select groups.left_id as nominal_id, groups.left_id, groups.right_id, groups.group_id
    from {{ ref("int_identity_groups") }} as groups
    where groups.is_upheld
    union all
    select groups.right_id as nominal_id, groups.left_id, groups.right_id, groups.group_id
    from {{ ref("int_identity_groups") }} as groups
    where groups.is_upheld
),

strongest as (
    select
        ends.nominal_id,
        ends.group_id,
        pairs.method,
        pairs.probability,
        pairs.comparison,
        case when ends.nominal_id = ends.left_id then ends.right_id else ends.left_id end as matched_id,
        row_number() over (
            partition by ends.nominal_id
            order by
                case pairs.method when 'decision' then 1 when 'pnc_id' then 2 else 3 end asc,
                pairs.probability desc nulls last,
                ends.left_id asc,
                ends.right_id asc
        ) as place
    from ends
    inner join {{ ref("int_identity_pairs_judged") }} as pairs
        on pairs.kind = 'nominal' and ends.left_id = pairs.left_id and ends.right_id = pairs.right_id
),

members as (
    select
        strongest.*,
        first_value(strongest.nominal_id) over (
            partition by strongest.group_id
            order by
                case when nominals.date_of_birth is null then 1 else 0 end asc,
                case when nominals.pnc_id is null then 1 else 0 end asc,
                strongest.nominal_id asc
        ) as survivor_id
    from strongest
    inner join {{ ref("stg_police_records__nominals") }} as nominals on strongest.nominal_id = nominals.nominal_id
    where strongest.place = 1
)

select
    members.nominal_id,
    members.survivor_id,
    members.method,
    members.probability,
    members.comparison,
    members.matched_id
from members
