-- What the linkage model would have found of the pairs that are known to be one person without it.
select
    {{ as_at() }} as as_at,
    pairs.known_by,
    pairs.pairs,
    pairs.found_automatic,
    pairs.found_review,
    pairs.pairs - pairs.found_automatic - pairs.found_review as not_found
from {{ ref("fct_identity_known_pairs") }} as pairs
