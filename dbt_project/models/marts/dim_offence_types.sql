-- Every listed code as in force at as_at. Codes that occur but are not listed are in rpt_quality__unlisted_codes.
with listed as (
    select types.ho_code from {{ ref("offence_types") }} as types
    union
    select harm_index.ho_code from {{ ref("harm_index") }} as harm_index
)

select
    codes.ho_code,
    codes.title,
    codes.subgroup,
    periods.harm_days,
    periods.basis as harm_basis,
    cast(codes.severity_score as double) as severity_score,
    codes.ogrs3_group,
    codes.ogrs3_group_basis,
    codes.cost_category,
    codes.unit_cost_gbp,
    codes.unit_cost_low_gbp,
    codes.unit_cost_high_gbp,
    codes.price_year,
    codes.is_serious_violence,
    codes.is_serious_sexual
from listed
inner join {{ ref("int_offence_codes_resolved") }} as codes on listed.ho_code = codes.ho_code
left join {{ ref("int_harm_periods") }} as periods
    on
        codes.harm_code = periods.ho_code
        and periods.valid_from <= {{ as_at() }}
        and periods.valid_to > {{ as_at() }}
