-- Every offence code that occurs, with what the reference values say of it: its own row, else its class's row.
with occurring as (
    select offences.ho_code from {{ ref("stg_police_records__offences") }} as offences
    union
    select events.ho_code from {{ ref("stg_idiom__pnc_events") }} as events
    union
    select types.ho_code from {{ ref("offence_types") }} as types
    union
    select harm_index.ho_code from {{ ref("harm_index") }} as harm_index
),

classed as (
    select
        occurring.ho_code,
        {{ offence_class("occurring.ho_code") }} as class_code
    from occurring
),

harm_codes as (
    select distinct harm_index.ho_code from {{ ref("harm_index") }} as harm_index
)

select
    classed.ho_code,
    classed.class_code,
    coalesce(own_harm.ho_code, class_harm.ho_code) as harm_code,
    coalesce(own_type.title, class_type.title) as title,
    coalesce(own_type.subgroup, class_type.subgroup) as subgroup,
    coalesce(own_type.ogrs3_group, class_type.ogrs3_group, 'Other offence') as ogrs3_group,
    coalesce(own_type.cost_category, class_type.cost_category) as cost_category,
    coalesce(own_severity.severity_score, class_severity.severity_score) as severity_score,
    coalesce(own_type.is_serious_violence, class_type.is_serious_violence, false) as is_serious_violence,
    coalesce(own_type.is_serious_sexual, class_type.is_serious_sexual, false) as is_serious_sexual,
    own_harm.ho_code is not null as is_harm_listed,
    case
        when own_type.ogrs3_group is not null then 'code'
        when class_type.ogrs3_group is not null then 'class'
        else 'none'
    end as ogrs3_group_basis,
    costs.price_year,
    costs.unit_cost_gbp,
    costs.unit_cost_low_gbp,
    costs.unit_cost_high_gbp
from classed
left join harm_codes as own_harm on classed.ho_code = own_harm.ho_code
left join harm_codes as class_harm on classed.class_code = class_harm.ho_code
left join {{ ref("offence_types") }} as own_type on classed.ho_code = own_type.ho_code
left join {{ ref("offence_types") }} as class_type on classed.class_code = class_type.ho_code
left join {{ ref("severity_scores") }} as own_severity on classed.ho_code = own_severity.ho_code
left join {{ ref("severity_scores") }} as class_severity on classed.class_code = class_severity.ho_code
left join {{ ref("int_unit_costs_uprated") }} as costs
    on coalesce(own_type.cost_category, class_type.cost_category) = costs.cost_category
