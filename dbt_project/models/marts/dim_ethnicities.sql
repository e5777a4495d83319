select
    ethnicities.ethnicity,
    ethnicities.title,
    ethnicities.ethnic_group,
    cast(ethnicities.is_stated as boolean) as is_stated
from {{ ref("ethnicities") }} as ethnicities
