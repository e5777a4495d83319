-- Harm days of the gravest counted offence of a person, for each stretch of run dates [from_index, to_index) on
-- which the record is the same.
select
    states.nominal_id,
    states.from_index,
    states.to_index,
    max(links.harm_days) as harm_days
from {{ ref("int_nominals_states") }} as states
inner join {{ ref("int_offence_links_indexed") }} as links
    on
        states.nominal_id = links.nominal_id
        and states.from_index >= links.from_index
        and states.from_index < links.to_index
group by states.nominal_id, states.from_index, states.to_index
