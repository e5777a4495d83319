select
    published.run_date,
    published.nominal_id,
    published.rank,
    published.score,
    published.algorithm_version,
    published.release_id,
    published.published_as_at,
    kept.release_id is not null as is_identity_kept
from {{ ref("stg_history__published_rankings") }} as published
left join (select distinct identity.release_id from {{ ref("stg_history__identity") }} as identity) as kept
    on published.release_id = kept.release_id
