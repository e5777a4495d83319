-- Would another order do better? Each challenger's own top on the same follow-up, and how it differs from the
-- ranking. The intervals are of paired differences, at the dates of fct_algorithm_intervals.
{%- set top_ns = number_list("capture_top_ns") %}
{%- set of_everybody = [] %}
{%- for top_n in top_ns %}{% do of_everybody.append("share_" ~ top_n) %}{% endfor %}
{%- do of_everybody.append("n_harmful") %}
{%- set figures = ["n", "spearman_harm", "spearman_offences"] + of_everybody %}
with captures as (
    select
        captured.run_date,
        captured.algorithm,
        'all' as population,
        {%- for top_n in top_ns %}
        max(case when captured.top_n = {{ top_n }} then captured.share end) as share_{{ top_n }},
        {%- endfor %}
        max(captured.n_harmful) as n_harmful
    from {{ ref("fct_algorithm_captures") }} as captured
    group by captured.run_date, captured.algorithm
),

measured as (
    select
        correlations.as_at,
        correlations.run_date,
        correlations.algorithm,
        correlations.population,
        correlations.n,
        correlations.spearman_harm,
        correlations.spearman_harm_p,
        correlations.spearman_offences,
        correlations.spearman_offences_p,
        {%- for figure in of_everybody %}
        captures.{{ figure }},
        {%- endfor %}
        correlations.is_mature
    from {{ ref("fct_algorithm_correlations") }} as correlations
    left join captures
        on
            correlations.run_date = captures.run_date
            and correlations.algorithm = captures.algorithm
            and correlations.population = captures.population
    where correlations.top_n is not null
),

intervals as (
    select
        differences.run_date,
        differences.algorithm,
        {%- for figure in figures %}
        max(case when differences.figure = '{{ figure }}' then differences.difference_low end) as {{ figure }}_low,
        max(case when differences.figure = '{{ figure }}' then differences.difference_high end) as {{ figure }}_high,
        {%- endfor %}
        differences.population
    from {{ ref("fct_algorithm_intervals") }} as differences
    group by differences.run_date, differences.algorithm, differences.population
)

select
    measured.as_at,
    measured.run_date,
    measured.algorithm,
    measured.population,
    {%- for figure in figures %}
    measured.{{ figure }},
    {%- if figure.startswith("spearman") %}
    measured.{{ figure }}_p,
    {%- endif %}
    measured.{{ figure }} - ranking.{{ figure }} as {{ figure }}_difference,
    intervals.{{ figure }}_low as {{ figure }}_difference_low,
    intervals.{{ figure }}_high as {{ figure }}_difference_high,
    {%- endfor %}
    measured.is_mature
from measured
inner join measured as ranking
    on
        measured.run_date = ranking.run_date
        and measured.population = ranking.population
        and ranking.algorithm = 'hhpu'
left join intervals
    on
        measured.run_date = intervals.run_date
        and measured.algorithm = intervals.algorithm
        and measured.population = intervals.population
