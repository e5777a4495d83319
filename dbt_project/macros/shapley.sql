{#
    Exact Shapley values of score = p(z) * harm over five terms: four that add up in z, and the harm term. A
    coalition takes the person's value for its members and the reference person's for the others. `player` is 0..3 for
    a term of z and 4 for harm. The sum is written out in full and in fixed order: no aggregate, so no rounding that
    depends on the number of threads.

    Weight of a coalition of s others among five players: s! (4 - s)! / 5!  (Shapley 1953).
#}
{% macro shapley_value(player, own_harm, reference_harm) -%}
    {%- set weights = ["0.2", "0.05", "(1.0 / cast(30 as double))", "0.05", "0.2"] -%}
    {%- set harms = [reference_harm, own_harm] -%}
    {%- set parts = [] -%}
    {%- if player == 4 -%}
        {%- for mask in range(16) -%}
            {%- set size = (mask % 2) + ((mask // 2) % 2) + ((mask // 4) % 2) + (mask // 8) -%}
            {%- do parts.append(weights[size] ~ " * p_" ~ mask ~ " * (" ~ own_harm ~ " - " ~ reference_harm ~ ")") -%}
        {%- endfor -%}
    {%- else -%}
        {%- set bit = 2 ** player -%}
        {%- for mask in range(16) if (mask // bit) % 2 == 0 -%}
            {%- set size = (mask % 2) + ((mask // 2) % 2) + ((mask // 4) % 2) + (mask // 8) -%}
            {%- for with_harm in range(2) -%}
                {%- do parts.append(
                    weights[size + with_harm] ~ " * (p_" ~ (mask + bit) ~ " - p_" ~ mask ~ ") * " ~ harms[with_harm]
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ parts | join("\n        + ") }}
{%- endmacro %}
