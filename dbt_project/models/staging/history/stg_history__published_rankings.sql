-- Lists as published for their own date, by earlier releases. The list that this run will publish is not among them.
select
    published.run_date,
    published.nominal_id,
    published.rank,
    published.score,
    published.algorithm_version,
    published.release_id,
    published.published_as_at
from {{ source("history", "rankings") }} as published
where published.published_as_at < {{ as_at() }}
