select
    age_bands.age_band,
    cast(age_bands.age_from as bigint) as age_from,
    cast(age_bands.age_to as bigint) as age_to
from {{ ref("age_bands") }} as age_bands
