-- What people of each band of the ranking did in the year after, over all mature scheduled run dates together: the bands from
-- which the next people to manage are costed.
with banded as (
    select
        ranked.*,
        cast(floor((ranked.rank - 1.0) / {{ parameter("band_size") }}) as integer) as band_index
    from {{ ref("int_ranked_followed") }} as ranked
    where {{ is_mature("ranked.run_date") }}
)

select
    banded.band_index,
    count(*) as people,
    count(distinct banded.run_index) as run_dates,
    sum(banded.offences) as offences,
    sum(banded.harm_days) as harm_days,
    sum(banded.cost_gbp) as cost_gbp
from banded
group by banded.band_index
