select
    published.run_date,
    published.nominal_id,
    published.rank,
    published.score,
    published.algorithm_version,
    published.release_id,
    published.published_as_at
from {{ ref("stg_history__published_rankings") }} as published
