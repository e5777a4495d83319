-- The people whom the linkage model makes of several: attributes of the survivor, as for every merged person.
select distinct
    nominals.nominal_id,
    nominals.date_of_birth,
    nominals.sex,
    nominals.deceased_date
from {{ ref("int_identity_people") }} as people
inner join {{ ref("stg_police_records__nominals") }} as nominals on people.survivor_id = nominals.nominal_id
