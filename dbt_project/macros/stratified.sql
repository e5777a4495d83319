{#
    Means of a group and of others as if the others were spread over the strata as the group is, and the interval of
    their ratio. Over a relation of one row per stratum of each comparison (its `keys`), with n_, total_ and squares_ of
    the values, each for group and others.
    Only strata with two of each count: the variance needs them. Weights are the group's numbers n_s:
        ratio = sum(n_s * mean_s) / sum(n_s * mean'_s),
        var(log ratio) = sum(n_s * n_s * v_s / n_s) / top ** 2 + sum(n_s * n_s * v'_s / n'_s) / bottom ** 2
    with sample variances v (delta method; Rothman, Modern Epidemiology, on standardised ratios). Variances of few people are
    themselves uncertain: the margin is that of Student's t, with the degrees of freedom of Satterthwaite (1946), the square of
    var over the sum of the squares of its parts, each by its own n - 1. Values are DECIMAL, so that no sum depends on the order of
    the rows.
#}
{% macro stratified_comparison(by_stratum, keys) -%}
with spread as (
    select
        by_stratum.*,
        by_stratum.n_group >= 2 and by_stratum.n_others >= 2 as is_compared,
        {%- for name in ("group", "others") %}
        cast(by_stratum.total_{{ name }} as double) / nullif(by_stratum.n_{{ name }}, 0) as mean_{{ name }},
        power({{ sample_sd("by_stratum.n_" ~ name, "by_stratum.total_" ~ name, "by_stratum.squares_" ~ name) }}, 2)
            as variance_{{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ by_stratum }} as by_stratum
),

summed as (
    select
        {% for key in keys %}spread.{{ key }}, {% endfor %}
        sum(spread.n_group) as n_all_group,
        sum(spread.n_others) as n_all_others,
        coalesce(sum(case when spread.is_compared then spread.n_group end), 0) as n_group,
        coalesce(sum(case when spread.is_compared then spread.n_others end), 0) as n_others,
        count(case when spread.is_compared then 1 end) as strata,
        {%- for name in ("group", "others") %}
        {{ fixed_sum("case when spread.is_compared then spread.n_group * spread.mean_" ~ name ~ " end") }} as top_{{ name }},
        {{ fixed_sum(
            "case when spread.is_compared then spread.n_group * spread.n_group * spread.variance_" ~ name
            ~ " / spread.n_" ~ name ~ " end"
        ) }} as variance_{{ name }},
        {{ fixed_sum(
            "case when spread.is_compared then power(spread.n_group * spread.n_group * spread.variance_" ~ name
            ~ " / spread.n_" ~ name ~ ", 2) / (spread.n_" ~ name ~ " - 1) end"
        ) }} as uncertainty_{{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from spread
    group by {% for key in keys %}spread.{{ key }}{{ ", " if not loop.last }}{% endfor %}
),

scaled as (
    select
        summed.*,
        summed.variance_group / power(nullif(summed.top_group, 0), 2)
        + summed.variance_others / power(nullif(summed.top_others, 0), 2) as log_variance,
        summed.uncertainty_group / power(nullif(summed.top_group, 0), 4)
        + summed.uncertainty_others / power(nullif(summed.top_others, 0), 4) as log_uncertainty
    from summed
),

estimated as (
    select
        scaled.*,
        scaled.top_group / nullif(scaled.n_group, 0) as mean_group,
        scaled.top_others / nullif(scaled.n_group, 0) as mean_others,
        case when scaled.top_others > 0 then scaled.top_group / scaled.top_others end as ratio,
        case
            when scaled.top_group > 0 and scaled.top_others > 0
                then
                    sqrt(scaled.log_variance)
                    * {{ student_t(parameter("interval_z"), "power(scaled.log_variance, 2) / nullif(scaled.log_uncertainty, 0)") }}
        end as log_margin
    from scaled
)

select
    {% for key in keys %}estimated.{{ key }}, {% endfor %}
    cast(estimated.n_all_group as bigint) as n_all_group,
    cast(estimated.n_all_others as bigint) as n_all_others,
    cast(estimated.n_group as bigint) as n_group,
    cast(estimated.n_others as bigint) as n_others,
    estimated.strata,
    estimated.mean_group,
    estimated.mean_others,
    estimated.ratio,
    estimated.ratio * exp(-estimated.log_margin) as ci_low,
    estimated.ratio * exp(estimated.log_margin) as ci_high
from estimated
{%- endmacro %}

{#
    The quantile of Student's t that belongs to a quantile z of the normal distribution: the expansion in 1 / degrees of freedom
    (Abramowitz and Stegun 1964, 26.7.5), a few hundredths short at three degrees of freedom and exact to four digits from ten on. Without
    degrees of freedom (everybody did the same, there is no variance) z itself.
#}
{% macro student_t(z, degrees) -%}
    (
        {{ z }}
        + coalesce(
            (power({{ z }}, 3) + {{ z }}) / (4 * ({{ degrees }}))
            + (5 * power({{ z }}, 5) + 16 * power({{ z }}, 3) + 3 * {{ z }}) / (96 * power({{ degrees }}, 2))
            + (3 * power({{ z }}, 7) + 19 * power({{ z }}, 5) + 17 * power({{ z }}, 3) - 15 * {{ z }})
            / (384 * power({{ degrees }}, 3)),
            0
        )
    )
{%- endmacro %}

{# Which side of 1 an interval is on, in fixed words; too few where either side has fewer than `minimum`. #}
{% macro side_of_one(relation, minimum) -%}
    case
        when {{ relation }}.n_group < {{ minimum }} or {{ relation }}.n_others < {{ minimum }} then 'too few'
        when {{ relation }}.ci_high < 1.0 then 'lower'
        when {{ relation }}.ci_low > 1.0 then 'higher'
        else 'inconclusive'
    end
{%- endmacro %}

{# Numbers, sums and sums of squares of `value` by stratum of each comparison, over one row per person with is_group. #}
{% macro sums_by_stratum(people, keys) -%}
select
    {% for key in keys %}people.{{ key }}, {% endfor %}
    people.stratum,
    {%- for name, condition in (("group", "people.is_group"), ("others", "not people.is_group")) %}
    count(case when {{ condition }} then 1 end) as n_{{ name }},
    coalesce(sum(case when {{ condition }} then people.value end), 0) as total_{{ name }},
    coalesce(sum(case when {{ condition }} then {{ squared("people.value") }} end), 0) as squares_{{ name }}
    {{- "," if not loop.last }}
    {%- endfor %}
from {{ people }} as people
group by {% for key in keys %}people.{{ key }}, {% endfor %}people.stratum
{%- endmacro %}
