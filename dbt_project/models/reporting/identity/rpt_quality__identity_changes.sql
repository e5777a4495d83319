-- Whose person is another than in the last list that was published before: merged, split, or moved.
with last_list as (
    select max(changes.run_date) as run_date from {{ ref("fct_identity_changes") }} as changes
)

select
    {{ as_at() }} as as_at,
    changes.run_date,
    changes.release_id,
    changes.nominal_id,
    changes.survivor_before,
    changes.survivor_now,
    changes.change
from {{ ref("fct_identity_changes") }} as changes
inner join last_list on changes.run_date = last_list.run_date
