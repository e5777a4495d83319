-- Per nominal, cohort, basis and length: what the person did before and during, and what the comparators did on the same
-- days, each comparator weighted so that together they count as one person (in whole units: see comparator_units).
-- Everything in it is exact.
{%- set sums = [
    ("days", "pre", "bigint"), ("at_risk_days", "pre", "bigint"), ("offences", "pre", "bigint"),
    ("harm_days", "pre", "decimal(28, 4)"),
    ("days", "during", "bigint"), ("at_risk_days", "during", "bigint"), ("offences", "during", "bigint"),
    ("harm_days", "during", "decimal(28, 4)"),
] %}

with own as (
    select
        windows.nominal_id,
        windows.cohort,
        windows.basis,
        windows.window_months,
        {%- for measure, part, type in sums %}
        max(case when windows.window_name = '{{ part }}' then measured.{{ measure }} end) as {{ measure }}_{{ part }},
        {%- endfor %}
        windows.adopted_date
    from {{ ref("int_effect_windows") }} as windows
    left join {{ ref("int_follow_ups_measured") }} as measured
        on
            windows.nominal_id = measured.nominal_id
            and windows.basis = measured.basis
            and windows.first_day = measured.first_day
            and windows.last_day = measured.last_day
    group by windows.nominal_id, windows.cohort, windows.basis, windows.window_months, windows.adopted_date
),

weighted as (
    select
        windows.nominal_id,
        windows.cohort,
        windows.basis,
        windows.window_months,
        windows.window_name,
        windows.comparators,
        windows.first_day,
        windows.last_day,
        windows.comparator_id,
        cast({{ comparator_units() }} / windows.comparators as bigint) as units
    from {{ ref("int_comparator_windows") }} as windows
),

compared as (
    select
        weighted.nominal_id,
        weighted.cohort,
        weighted.basis,
        weighted.window_months,
        {%- for measure, part, type in sums %}
        sum(case when weighted.window_name = '{{ part }}' then measured.{{ measure }} * weighted.units end)
            as {{ measure }}_{{ part }},
        {%- endfor %}
        max(weighted.comparators) as comparators
    from weighted
    left join {{ ref("int_follow_ups_measured") }} as measured
        on
            weighted.comparator_id = measured.nominal_id
            and weighted.basis = measured.basis
            and weighted.first_day = measured.first_day
            and weighted.last_day = measured.last_day
    group by weighted.nominal_id, weighted.cohort, weighted.basis, weighted.window_months
)

select
    own.nominal_id,
    own.cohort,
    own.basis,
    own.window_months,
    own.adopted_date,
    {%- for measure, part, type in sums %}
    cast(coalesce(own.{{ measure }}_{{ part }}, 0) as {{ type }}) as {{ measure }}_{{ part }},
    {%- endfor %}
    {%- for measure, part, type in sums %}
    cast(coalesce(compared.{{ measure }}_{{ part }}, 0) as {{ type }}) as comparison_{{ measure }}_{{ part }},
    {%- endfor %}
    coalesce(own.at_risk_days_pre, 0) >= {{ parameter("minimum_at_risk_days") }}
    and coalesce(own.at_risk_days_during, 0) >= {{ parameter("minimum_at_risk_days") }} as has_enough_days_at_risk,
    cast(coalesce(compared.comparators, 0) as bigint) as comparators
from own
left join compared
    on
        own.nominal_id = compared.nominal_id
        and own.cohort = compared.cohort
        and own.basis = compared.basis
        and own.window_months = compared.window_months
