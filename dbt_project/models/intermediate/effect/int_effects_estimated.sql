-- The four rate ratios of each cohort, basis, length and outcome. Numerators and denominators are exact sums.
{%- set everybody, at_risk, matched = "true", "people.has_enough_days_at_risk", "people.comparators > 0" %}
{%- set figures = [
    ("naive", "offences", "offences", "days", everybody),
    ("naive", "harm", "harm_days", "days", everybody),
    ("exposure_adjusted", "offences", "offences", "at_risk_days", at_risk),
    ("exposure_adjusted", "harm", "harm_days", "at_risk_days", at_risk),
    ("expected_without_management", "offences", "offences", "at_risk_days", matched),
    ("expected_without_management", "harm", "harm_days", "at_risk_days", matched),
    ("matched_difference", "offences", "offences", "at_risk_days", matched),
    ("matched_difference", "harm", "harm_days", "at_risk_days", matched),
] %}

with comparison_people as (
    select
        windows.cohort,
        windows.basis,
        windows.window_months,
        count(distinct windows.comparator_id) as n_comparison
    from {{ ref("int_comparator_windows") }} as windows
    group by windows.cohort, windows.basis, windows.window_months
),

sums as (
    {%- for method, outcome, measure, days, condition in figures %}
    select
        people.cohort,
        people.basis,
        '{{ outcome }}' as outcome,
        '{{ method }}' as method,
        people.window_months,
        count(*) as n,
        sum(people.{{ measure }}_pre) as events_pre,
        sum(people.{{ days }}_pre) as days_pre,
        sum(people.{{ measure }}_during) as events_during,
        sum(people.{{ days }}_during) as days_during,
        sum(people.comparison_{{ measure }}_pre) as comparison_events_pre,
        sum(people.comparison_{{ days }}_pre) as comparison_days_pre,
        sum(people.comparison_{{ measure }}_during) as comparison_events_during,
        sum(people.comparison_{{ days }}_during) as comparison_days_during
    from {{ ref("int_effect_people") }} as people
    where {{ condition }}
    group by people.cohort, people.basis, people.window_months
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

ratios as (
    select
        sums.*,
        {{ ratio_of_rates("sums.events_during", "sums.days_during", "sums.events_pre", "sums.days_pre") }} as own_change,
        {{ ratio_of_rates(
            "sums.comparison_events_during",
            "sums.comparison_days_during",
            "sums.comparison_events_pre",
            "sums.comparison_days_pre",
        ) }} as comparison_change,
        {{ ratio_of_rates(
            "sums.events_during", "sums.days_during", "sums.comparison_events_during", "sums.comparison_days_during"
        ) }} as difference
    from sums
)

select
    ratios.cohort,
    ratios.basis,
    ratios.outcome,
    ratios.method,
    ratios.window_months,
    case ratios.method
        when 'expected_without_management' then ratios.own_change / nullif(ratios.comparison_change, 0)
        when 'matched_difference' then ratios.difference
        else ratios.own_change
    end as rate_ratio,
    ratios.n,
    ratios.events_pre,
    ratios.events_during,
    {%- for period in ("pre", "during") %}
    {{ parameter("rate_year_days") }} * cast(ratios.events_{{ period }} as double)
    / nullif(cast(ratios.days_{{ period }} as double), 0) as rate_{{ period }},
    case
        when ratios.method in ('expected_without_management', 'matched_difference')
            then
                {{ parameter("rate_year_days") }} * cast(ratios.comparison_events_{{ period }} as double)
                / nullif(cast(ratios.comparison_days_{{ period }} as double), 0)
    end as comparison_rate_{{ period }},
    {%- endfor %}
    case
        when ratios.method in ('expected_without_management', 'matched_difference')
            then coalesce(comparison_people.n_comparison, 0)
    end as n_comparison
from ratios
left join comparison_people
    on
        ratios.cohort = comparison_people.cohort
        and ratios.basis = comparison_people.basis
        and ratios.window_months = comparison_people.window_months
