-- Ranks 1..n at each run date, and the rank at the one before: whole numbers alone, since they are many.
with dated as (
    select
        stretches.standing,
        stretches.from_index,
        stretches.standing_before,
        {{ each_number("stretches.from_index", "stretches.to_index") }} as run_index
    from {{ ref("int_nominals_standing") }} as stretches
),

placed as (
    select
        dated.run_index,
        dated.standing,
        case when dated.run_index > dated.from_index then dated.standing else dated.standing_before end
            as standing_before,
        row_number() over (partition by dated.run_index order by dated.standing) as rank
    from dated
)

select
    placed.run_index,
    placed.standing,
    placed.standing_before,
    placed.rank,
    before.rank as previous_rank
from placed
left join placed as before
    on placed.run_index - 1 = before.run_index and placed.standing_before = before.standing
