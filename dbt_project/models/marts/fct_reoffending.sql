{% set windows = ("pre", "during", "post") -%}
{% set measures = (
    ("days", "bigint"),
    ("at_risk_days", "bigint"),
    ("offences", "bigint"),
    ("harm_days", "decimal(18, 4)"),
    ("cost_gbp", "decimal(18, 2)"),
    ("offences_without_cost", "bigint"),
) -%}
with measured as (
    select
        windows.nominal_id,
        windows.cohort,
        windows.basis,
        {%- for measure, type in measures %}
        {%- for window in windows %}
        sum(case when windows.window_name = '{{ window }}' then windows.{{ measure }} end) as {{ measure }}_{{ window }},
        {%- endfor %}
        {%- endfor %}
        max(case when windows.window_name = 'pre' and windows.is_cut then 1 else 0 end) = 1 as is_cut_pre
    from {{ ref("int_windows_measured") }} as windows
    group by windows.nominal_id, windows.cohort, windows.basis
),

open_spells as (
    select spells.nominal_id, spells.cohort
    from {{ ref("int_management_spells") }} as spells
    where spells.deselected_date is null
    union
    select spells.nominal_id, 'all' as cohort
    from {{ ref("int_management_spells") }} as spells
    where spells.deselected_date is null
),

matured as (
    select
        measured.*,
        spells.adopted_date,
        spells.end_date,
        spells.is_open,
        cast(spells.spells as bigint) as spells,
        first_reoffences.first_reoffence_date,
        {{ days_between("spells.adopted_date", "first_reoffences.first_reoffence_date") }} as days_to_reoffence,
        coalesce(first_reoffences.reoffences_12m, 0) as reoffences_12m,
        open_spells.nominal_id is not null as is_currently_managed,
        case measured.basis
            when 'recorded' then {{ days_after("spells.adopted_date", parameter("reoffending_days")) }} <= {{ as_at() }}
            else {{ days_after("spells.adopted_date", parameter("proven_matured_days")) }} <= {{ as_at() }}
        end as matured_12m
    from measured
    inner join {{ ref("int_first_spells") }} as spells
        on measured.nominal_id = spells.nominal_id and measured.cohort = spells.cohort
    left join open_spells
        on measured.nominal_id = open_spells.nominal_id and measured.cohort = open_spells.cohort
    left join {{ ref("int_first_reoffences") }} as first_reoffences
        on
            measured.nominal_id = first_reoffences.nominal_id
            and measured.cohort = first_reoffences.cohort
            and measured.basis = first_reoffences.basis
)

select
    {{ as_at() }} as as_at,
    matured.nominal_id,
    matured.cohort,
    matured.basis,
    matured.adopted_date,
    matured.end_date,
    matured.is_open,
    matured.is_cut_pre,
    matured.spells,
    {%- for measure, type in measures %}
    {%- for window in windows %}
    cast(coalesce(matured.{{ measure }}_{{ window }}, 0) as {{ type }}) as {{ measure }}_{{ window }},
    {%- endfor %}
    {%- endfor %}
    matured.first_reoffence_date,
    cast(matured.days_to_reoffence as bigint) as days_to_reoffence,
    matured.matured_12m,
    case when matured.matured_12m then matured.reoffences_12m > 0 end as reoffended_12m,
    cast(matured.reoffences_12m as bigint) as reoffences_12m,
    matured.is_currently_managed
from matured
