-- depends_on: {{ ref("int_identity_people") }}
-- Every nominal with its survivor: itself where it was not merged. Where identity is `model`, people whom shared PNC
-- ids, the linkage model and reviewers' decisions hold to be one have one survivor.
select
    merged.nominal_id,
{%- if identity_model() %}
    coalesce(people.survivor_id, merged.survivor_id) as survivor_id,
    merged.pnc_id,
    coalesce(people.survivor_id, merged.survivor_id) <> merged.nominal_id as is_merged
from {{ ref("int_nominals_as_merged") }} as merged
left join {{ ref("int_identity_people") }} as people on merged.survivor_id = people.nominal_id
{%- else %}
    merged.survivor_id,
    merged.pnc_id,
    merged.is_merged
from {{ ref("int_nominals_as_merged") }} as merged
{%- endif %}
