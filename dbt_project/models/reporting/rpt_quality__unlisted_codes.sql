-- Offence codes that occur and lack a value of their own: gaps to be filled, not faults.
with occurring as (
    select
        offences.ho_code,
        count(distinct offences.offence_id) as offences
    from {{ ref("fct_offences") }} as offences
    group by offences.ho_code
    union all
    select
        sanctions.ho_code,
        count(*) as offences
    from {{ ref("fct_sanctions") }} as sanctions
    group by sanctions.ho_code
),

totals as (
    select
        occurring.ho_code,
        {{ offence_class("occurring.ho_code") }} as class_code,
        sum(occurring.offences) as offences
    from occurring
    group by occurring.ho_code
),

looked_up as (
    select
        totals.*,
        own.ho_code is not null as is_listed,
        class_row.ho_code as class_row,
        case
            when own.ho_code is not null then own.ogrs3_group_basis
            when class_row.ogrs3_group_basis = 'code' then 'class'
            else 'none'
        end as ogrs3_group_basis,
        coalesce(own.harm_days, case when own.ho_code is null then class_row.harm_days end) as harm_days,
        coalesce(own.unit_cost_gbp, case when own.ho_code is null then class_row.unit_cost_gbp end) as unit_cost_gbp
    from totals
    left join {{ ref("dim_offence_types") }} as own on totals.ho_code = own.ho_code
    left join {{ ref("dim_offence_types") }} as class_row on totals.class_code = class_row.ho_code
)

select
    {{ as_at() }} as as_at,
    looked_up.ho_code,
    'harm_days' as field,
    cast(looked_up.offences as bigint) as offences,
    case
        when looked_up.harm_days is null then 'none: counts 0'
        else 'class ' || looked_up.class_row
    end as fallback
from looked_up
where not looked_up.is_listed or looked_up.harm_days is null
union all
select
    {{ as_at() }} as as_at,
    looked_up.ho_code,
    'ogrs3_group' as field,
    cast(looked_up.offences as bigint) as offences,
    case when looked_up.ogrs3_group_basis = 'class' then 'class ' || looked_up.class_code else 'Other offence' end as fallback
from looked_up
where looked_up.ogrs3_group_basis <> 'code'
union all
select
    {{ as_at() }} as as_at,
    looked_up.ho_code,
    'unit_cost_gbp' as field,
    cast(looked_up.offences as bigint) as offences,
    'none: left out of cost, and counted' as fallback
from looked_up
where looked_up.unit_cost_gbp is null
