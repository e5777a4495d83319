select
    {{ as_at() }} as as_at,
    cast(bands.band_index * {{ parameter("band_size") }} + 1 as bigint) as first_rank,
    cast((bands.band_index + 1) * {{ parameter("band_size") }} as bigint) as last_rank,
    cast(bands.run_dates as bigint) as run_dates,
    cast(bands.people as bigint) as people,
    cast(bands.offences as bigint) as offences,
    cast(bands.harm_days as decimal(18, 4)) as harm_days,
    cast(bands.cost_gbp as decimal(18, 2)) as cost_gbp
from {{ ref("int_rank_bands") }} as bands
