-- Rows of other sources that no identifier names, linked to the person whom they are about: by a reviewer's decision or
-- by the model. Where two people come into question that are not one, nobody is taken: the case is for review.
with options as (
    select
        pairs.kind,
        pairs.left_id as source_id,
        pairs.right_id as matched_id,
        coalesce(people.survivor_id, pairs.right_id) as nominal_id,
        pairs.method,
        pairs.status,
        pairs.probability,
        pairs.comparison
    from {{ ref("int_identity_pairs_judged") }} as pairs
    left join {{ ref("int_identity_people") }} as people on pairs.right_id = people.nominal_id
    where pairs.kind <> 'nominal' and pairs.status in ('linked', 'review')
),

ordered as (
    select
        options.*,
        row_number() over (
            partition by options.kind, options.source_id
            order by
                case options.status when 'linked' then 1 else 2 end asc,
                case options.method when 'decision' then 1 when 'pnc_id' then 2 else 3 end asc,
                options.probability desc nulls last,
                options.matched_id asc
        ) as place,
        min(options.nominal_id) over weighed as lowest_id,
        max(options.nominal_id) over weighed as highest_id
    from options
    -- where a reviewer has decided, only decisions are weighed against each other
    window weighed as (partition by options.kind, options.source_id, options.method = 'decision')
)

select
    ordered.kind,
    ordered.source_id,
    ordered.nominal_id,
    ordered.method,
    ordered.probability,
    ordered.comparison,
    ordered.matched_id
from ordered
where
    ordered.place = 1
    and ordered.status = 'linked'
    and ordered.lowest_id = ordered.highest_id
