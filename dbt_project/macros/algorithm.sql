{# Words of the evaluation of the ranking; see docs/methodology/algorithm.md. #}

{# The orderings that are compared. `hhpu` is the ranking itself. #}
{% macro challengers() -%}
    {{ return(["hhpu", "harm_only", "ogrs3", "copas", "frequency", "recency_frequency_gravity", "ogrs4"]) }}
{%- endmacro %}

{# The people an ordering is judged on, all as at the run date. #}
{% macro populations() -%}
    {{ return(["all", "managed", "unmanaged", "at_liberty"]) }}
{%- endmacro %}

{# Whether a person belongs to a population, over a relation with is_managed and is_at_liberty. #}
{% macro is_in_population(population, relation) -%}
    {%- if population == "managed" -%}{{ relation }}.is_managed
    {%- elif population == "unmanaged" -%}not {{ relation }}.is_managed
    {%- elif population == "at_liberty" -%}{{ relation }}.is_at_liberty
    {%- else -%}true
    {%- endif -%}
{%- endmacro %}

{# A member's place among those of the population. #}
{% macro population_position(population, relation) -%}
    {%- if population in ("managed", "unmanaged") -%}{{ relation }}.management_position
    {%- elif population == "at_liberty" -%}{{ relation }}.liberty_position
    {%- else -%}{{ relation }}.rank
    {%- endif -%}
{%- endmacro %}

{# The whole numbers of a parameter that is a list: "30,50" -> [30, 50]. #}
{% macro number_list(name) -%}
    {%- set numbers = [] -%}
    {%- for number in (run_value("parameters").get(name, "0") | string).split(",") -%}
        {%- do numbers.append(number | int) -%}
    {%- endfor -%}
    {{ return(numbers) }}
{%- endmacro %}

{# Whether the whole follow-up of a run date is known. #}
{% macro is_mature(run_date) -%}
    ({{ days_after(run_date, parameter("follow_up_days")) }} <= {{ as_at() }})
{%- endmacro %}

{#
    The square of an amount with four decimals, exact. Of two DECIMALs of 18 digits DuckDB makes one of 18 digits again,
    which 100,000 harm days overflow; one factor of 19 digits makes it 38, and Spark stays within its own 38.
#}
{% macro squared(amount) -%}
    cast({{ amount }} as decimal(18, 4)) * cast({{ amount }} as decimal(19, 4))
{%- endmacro %}

{#
    Sample standard deviation of amounts in DECIMAL(18,4) from their number, sum and sum of squares: the numerator
    n * sum(x * x) - sum(x) * sum(x) is exact, so neither the order of the rows nor the size of the mean matters.
#}
{% macro sample_sd(n, total, total_of_squares) -%}
    case
        when {{ n }} > 1
            then sqrt(
                cast(
                    cast({{ n }} as decimal(9, 0)) * cast({{ total_of_squares }} as decimal(28, 8))
                    - {{ squared(total) }} as double
                )
                / (cast({{ n }} as double) * ({{ n }} - 1))
            )
    end
{%- endmacro %}

{# Points for recency, frequency and gravity: each band from `at_least` to under `below`. #}
{% macro recency_frequency_gravity_bands() -%}
    select
        bands.component,
        cast(bands.at_least as double) as at_least,
        cast(coalesce(bands.below, 1e12) as double) as below,
        bands.points
    from {{ ref("recency_frequency_gravity") }} as bands
{%- endmacro %}

{#
    One key for two orders: a whole number, most first, then the order that breaks ties, of which there are fewer places than
    10^10. Numbers under 10^8 stay in 64 bits, where comparing is cheap; a larger one needs a factor of 19 digits, as for `squared`.
#}
{% macro most_first(number, is_large=false) -%}
    {%- if is_large -%}
    scored.tie_standing - cast({{ number }} as decimal(13, 0)) * cast(10000000000 as decimal(19, 0))
    {%- else -%}
    scored.tie_standing - cast({{ number }} as bigint) * cast(10000000000 as bigint)
    {%- endif -%}
{%- endmacro %}

{#
    Scheduled run dates in steps of some months from the baseline: to the baseline plus 0, 1, 2 ... steps, as far as as_at, the date
    nearest to each, the earlier on a tie. The baseline is the one the parameters name (the scheduled date nearest to it), else
    the first scheduled date of the release.
#}
{% macro stepped_dates(step_months) -%}
with scheduled as (
    select run_dates.run_index, run_dates.run_date
    from {{ ref("int_run_dates") }} as run_dates
    where run_dates.is_scheduled
),

wanted as (
    select
        coalesce(
            cast(nullif({{ parameter("harm_change_baseline_date") }}, '') as date),
            min(scheduled.run_date)
        ) as baseline_date
    from scheduled
),

targets as (
    select
        steps.n as step,
        {{ months_after("wanted.baseline_date", "steps.n * " ~ step_months) }} as target_date
    from wanted
    cross join {{ numbers(0, 240) }} as steps
),

distances as (
    select
        targets.step,
        scheduled.run_index,
        scheduled.run_date,
        row_number() over (
            partition by targets.step
            order by abs({{ days_between("targets.target_date", "scheduled.run_date") }}) asc, scheduled.run_date asc
        ) as distance_position
    from targets
    cross join scheduled
    where targets.step = 0 or targets.target_date <= {{ as_at() }}
),

stepped as (
    select
        distances.step,
        distances.run_index,
        distances.run_date
    from distances
    where distances.distance_position = 1
)
{%- endmacro %}

{# Whole months from one date to another. #}
{% macro months_between(first, last) -%}
    (
        (year({{ last }}) - year({{ first }})) * 12 + month({{ last }}) - month({{ first }})
        - case when day({{ last }}) < day({{ first }}) then 1 else 0 end
    )
{%- endmacro %}

{#
    Two-year probability of any reoffence by the static all-reoffending predictor of OGRS4: 1 / (1 + exp(-z)), z the sum of a
    constant, polynomials of the fourth degree in age and in offence-free months, the offence category, the number of
    sanctions, and a term for one sanction, for two, or for more. `record` is what `ogrs4_record` makes of all but the months;
    `factors` is a row of int_ogrs4_coefficients_by_sex.
#}
{% macro ogrs4_probability(factors, record, months) -%}
    1.0 / (1.0 + exp(-(
        {{ record }}
        + {{ months }} * ({{ factors }}.offence_free_months + {{ months }} * ({{ factors }}.offence_free_months_quadratic
            + {{ months }} * ({{ factors }}.offence_free_months_cubic + {{ months }} * {{ factors }}.offence_free_months_quartic)))
    )))
{%- endmacro %}

{# The part of its sum that a record, a sex and an age make, whatever the months. #}
{% macro ogrs4_record(factors, age, sanctions, first_age, current_age, offence_category) -%}
    {{ factors }}.two_year_constant + {{ factors }}.female
    + {{ age }} * ({{ factors }}.aai + {{ age }} * ({{ factors }}.aai_quadratic
        + {{ age }} * ({{ factors }}.aai_cubic + {{ age }} * {{ factors }}.aai_quartic)))
    + {{ offence_category }} + {{ sanctions }} * {{ factors }}.sanction_occasions
    + case
        when {{ sanctions }} = 1 then {{ factors }}.first_sanction
        when {{ sanctions }} = 2
            then
                {{ factors }}.second_sanction
                + ({{ current_age }} - {{ first_age }}) * {{ factors }}.yrs_between_first_and_second_sanction
        else
            {{ factors }}.three_plus_sanctions_copas_g
            * {{ ogrs4_rate(sanctions, first_age, current_age) }}
            + {{ factors }}.three_plus_sanctions_copas_squared
            * power({{ ogrs4_rate(sanctions, first_age, current_age) }}, 2)
    end
{%- endmacro %}

{# Its rate of sanctions: ln(sanctions / (26 + years from first to current)). #}
{% macro ogrs4_rate(sanctions, first_age, current_age) -%}
    ln(cast({{ sanctions }} as double) / ({{ parameter("ogrs4_career_offset_years") }} + {{ current_age }} - {{ first_age }}))
{%- endmacro %}
