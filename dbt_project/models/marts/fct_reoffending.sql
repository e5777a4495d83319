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
        max(case when windows.window_name = 'pre' and windows.is_cut then 1 else 0 end) = 1 as is_cut_pre,
        {%- for measure, type in measures %}
        {%- for window in windows %}
        cast(
            coalesce(sum(case when windows.window_name = '{{ window }}' then windows.{{ measure }} end), 0) as {{ type }}
        ) as {{ measure }}_{{ window }}{{ "," if not (loop.last and measure == "offences_without_cost") }}
        {%- endfor %}
        {%- endfor %}
    from {{ ref("int_windows_measured") }} as windows
    group by windows.nominal_id, windows.cohort, windows.basis
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
        coalesce(first_reoffences.has_reoffended_12m, false) as has_reoffended_12m,
        case measured.basis
            when 'recorded' then {{ days_after("spells.adopted_date", parameter("reoffending_days")) }} <= {{ as_at() }}
            else {{ days_after("spells.adopted_date", parameter("proven_matured_days")) }} <= {{ as_at() }}
        end as matured_12m
    from measured
    inner join {{ ref("int_first_spells") }} as spells
        on measured.nominal_id = spells.nominal_id and measured.cohort = spells.cohort
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
    matured.{{ measure }}_{{ window }},
    {%- endfor %}
    {%- endfor %}
    matured.first_reoffence_date,
    cast(matured.days_to_reoffence as bigint) as days_to_reoffence,
    matured.matured_12m,
    case when matured.matured_12m then matured.has_reoffended_12m end as reoffended_12m
from matured
