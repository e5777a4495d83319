-- How records were found to be one person, and how sure that is; unlinked ones are counted too.
select
    {{ as_at() }} as as_at,
    links.kind,
    links.method,
    links.is_in_force,
    count(*) as records,
    min(links.probability) as lowest_probability,
    cast(sum(cast(1 - links.probability as decimal(18, 12))) as double) as expected_wrong
from {{ ref("fct_identity_links") }} as links
group by links.kind, links.method, links.is_in_force
