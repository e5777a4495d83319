{# Words of the evaluation of management; see docs/methodology/effect.md and cost.md. #}

{# The parts of the managed period that are compared: ["6", "12", "24", "whole"]. #}
{% macro effect_windows() -%}
    {{ return((run_value("parameters").get("effect_windows_months", "whole") | string).split(",")) }}
{%- endmacro %}

{#
    The smallest whole number that 1, 2 .. match_comparators all divide. A comparator's weight is this number divided by
    how many comparators its adopted person has: whole, so that weighted sums stay exact and need no order.
#}
{% macro comparator_units() -%}
    {%- set found = namespace(units=1) -%}
    {%- for n in range(1, (run_value("parameters").get("match_comparators", 1) | int) + 1) -%}
        {%- set step = namespace(a=found.units, b=n) -%}
        {%- for _ in range(64) if step.b != 0 -%}
            {%- set rest = step.a % step.b -%}
            {%- set step.a = step.b -%}
            {%- set step.b = rest -%}
        {%- endfor -%}
        {%- set found.units = found.units * n // step.a -%}
    {%- endfor -%}
    {{ return(found.units) }}
{%- endmacro %}

{# Sum of doubles that does not depend on the order of the rows, to 12 decimals: of decimals. #}
{% macro fixed_sum(expression) -%}
    cast({{ exact_sum(expression) }} as double)
{%- endmacro %}

{# The same as a decimal, for a sum of sums. #}
{% macro exact_sum(expression) -%}
    sum(cast({{ expression }} as decimal(38, 12)))
{%- endmacro %}

{# (a1 / b1) / (a2 / b2) of exact sums; null where there is nothing to divide by. #}
{% macro ratio_of_rates(events, days, base_events, base_days) -%}
    cast({{ events }} as double) / nullif(cast({{ days }} as double), 0)
    / nullif(cast({{ base_events }} as double) / nullif(cast({{ base_days }} as double), 0), 0)
{%- endmacro %}

{# Projected annual figure: rate a year by calendar or at-risk days, times the people in scope. #}
{% macro projected_annual(events, days, people) -%}
    {{ parameter("rate_year_days") }} * cast({{ events }} as double) / nullif(cast({{ days }} as double), 0) * {{ people }}
{%- endmacro %}

{# The same of a cost; null, and not 0, where there are offences and none of them has a unit cost. #}
{% macro projected_cost(cost, priced, offences, days, people) -%}
    case when {{ offences }} = 0 or {{ priced }} > 0 then {{ projected_annual(cost, days, people) }} end
{%- endmacro %}

{#
    Wilson's score interval of a share, without continuity correction (Wilson 1927; Newcombe 1998, method 3):
    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n). Its low end is exactly 0 where nobody is hit, and its high end 1
    where everybody is: computed, either may miss by the last bit, and then lies on the wrong side of the share.
#}
{% macro wilson_limit(hits, n, side) -%}
    case
        when {{ hits }} = {{ "0" if side == "low" else n }} then {{ "0.0" if side == "low" else "1.0" }}
        else (
            cast({{ hits }} as double) / {{ n }} + power({{ normal_quantile() }}, 2) / (2.0 * {{ n }})
            {{ "-" if side == "low" else "+" }} {{ normal_quantile() }} * sqrt(
                cast({{ hits }} as double) / {{ n }} * (1.0 - cast({{ hits }} as double) / {{ n }}) / {{ n }}
                + power({{ normal_quantile() }}, 2) / (4.0 * power({{ n }}, 2))
            )
        ) / (1.0 + power({{ normal_quantile() }}, 2) / {{ n }})
    end
{%- endmacro %}

{# The normal quantile of the two-sided confidence level. Both levels in use are written out: SQL has no quantiles. #}
{% macro normal_quantile() -%}
    {%- set quantiles = {0.9: "1.6448536269514722", 0.95: "1.959963984540054", 0.99: "2.5758293035489004"} -%}
    {%- set level = run_value("parameters").get("confidence_level", 0.95) -%}
    {%- if level not in quantiles and execute -%}
        {{ exceptions.raise_compiler_error("confidence_level must be 0.9, 0.95 or 0.99, not " ~ level) }}
    {%- endif -%}
    {{ return(quantiles.get(level, "1.959963984540054")) }}
{%- endmacro %}

{# What an interval of a rate ratio allows to be said; the rule was fixed before the figures. #}
{% macro effect_verdict(effects) -%}
    case
        when {{ effects }}.n < {{ parameter("minimum_nominals_for_verdict") }} then 'too few'
        when {{ effects }}.ci_high < 1.0 then 'evidence of a fall'
        when {{ effects }}.ci_low > 1.0 then 'evidence of a rise'
        else 'inconclusive'
    end
{%- endmacro %}
