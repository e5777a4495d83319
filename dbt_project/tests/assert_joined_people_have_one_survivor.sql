-- A person joined with others stands once, and the survivor is its own survivor.
select people.nominal_id
from {{ ref("int_identity_people") }} as people
group by people.nominal_id
having count(*) > 1
union all
select people.nominal_id
from {{ ref("int_identity_people") }} as people
left join {{ ref("int_identity_people") }} as survivors
    on people.survivor_id = survivors.nominal_id and survivors.nominal_id = survivors.survivor_id
where survivors.nominal_id is null
