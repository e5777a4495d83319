-- Who was one person in each list as published for its own date, by earlier releases: merged nominals with their
-- survivor, and a row without a nominal for each list.
select
    published.nominal_id,
    published.merged_into as survivor_id,
    published.release_id,
    published.published_as_at
from {{ source("history", "identity") }} as published
where published.published_as_at < {{ as_at() }}
