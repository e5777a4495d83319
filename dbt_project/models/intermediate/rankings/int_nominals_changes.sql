-- depends_on: {{ ref("int_nominals_sanction_days") }} (on the formal basis, which a project is parsed without)
-- Which people had an offence added, an offence taken away, or a new sanction between a run date and the one before.
with changes as (
    select links.nominal_id, links.from_index as run_index, 'new_offence' as change
    from {{ ref("int_offence_links_indexed") }} as links
    union
    select links.nominal_id, links.to_index as run_index, 'offence_cancelled' as change
    from {{ ref("int_offence_links_indexed") }} as links
    {%- if risk_basis() == "formal" %}
    union
    select days.nominal_id, days.from_index as run_index, 'new_sanction' as change
    from {{ ref("int_nominals_sanction_days") }} as days
    {%- endif %}
)

select
    changes.nominal_id,
    changes.run_index,
    max(case when changes.change = 'new_offence' then 1 else 0 end) = 1 as has_new_offence,
    max(case when changes.change = 'offence_cancelled' then 1 else 0 end) = 1 as has_cancelled_offence,
    max(case when changes.change = 'new_sanction' then 1 else 0 end) = 1 as has_new_sanction
from changes
group by changes.nominal_id, changes.run_index
