-- Each figure that IDIOM printed: does it follow from the other printed figures, and does the warehouse, asked for the same day,
-- say the same? `difference` is recomputed minus printed.
{%- set figures = {
    "total": ("printed.total", none, "computed.nominals"),
    "male": ("printed.male", none, "computed.male"),
    "female": ("printed.female", none, "computed.female"),
    "unknown_sex": ("cast(null as double)", "printed.total - printed.male - printed.female",
                    "computed.nominals - computed.male - computed.female"),
    "offences_pre": ("printed.offences_pre", none, "computed.offences_pre"),
    "offences_during": ("printed.offences_during", none, "computed.offences_during"),
    "offences_difference": ("printed.offences_difference", "printed.offences_during - printed.offences_pre",
                            "computed.offences_during - computed.offences_pre"),
    "offences_difference_pct": (
        "printed.offences_difference_pct",
        "100.0 * (printed.offences_during - printed.offences_pre) / nullif(printed.offences_pre, 0)",
        "100.0 * (computed.offences_during - computed.offences_pre) / nullif(computed.offences_pre, 0)",
    ),
    "cost_pre": ("printed.cost_pre", none, "computed.cost_pre"),
    "cost_during": ("printed.cost_during", none, "computed.cost_during"),
    "cost_difference": ("printed.cost_difference", "printed.cost_during - printed.cost_pre",
                        "computed.cost_during - computed.cost_pre"),
    "cost_difference_pct": (
        "printed.cost_difference_pct",
        "100.0 * cast(printed.cost_during - printed.cost_pre as double) / nullif(cast(printed.cost_pre as double), 0)",
        "100.0 * cast(computed.cost_during - computed.cost_pre as double) / nullif(cast(computed.cost_pre as double), 0)",
    ),
} %}

with long as (
    {%- for figure, (printed, recomputed, warehouse) in figures.items() %}
    select
        printed.period_end,
        printed.scope,
        '{{ figure }}' as figure,
        cast({{ printed }} as double) as printed,
        cast({{ recomputed or "null" }} as double) as recomputed_from_printed,
        cast({{ warehouse }} as double) as warehouse,
        {% if figure.endswith("_pct") %}0.5 * power(10.0, -{{ parameter("idiom_pct_decimals") }})
        {%- else %}cast({{ parameter("idiom_rounding_units") }} as double)
        {%- endif %} as tolerance
    from {{ ref("fct_performance_summaries") }} as printed
    left join {{ ref("fct_idiom_periods") }} as computed
        on
            printed.period_end = computed.period_end
            and printed.scope = computed.scope
            and computed.basis = 'recorded'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    {{ as_at() }} as as_at,
    long.period_end,
    long.scope,
    long.figure,
    long.printed,
    long.recomputed_from_printed,
    long.warehouse,
    long.recomputed_from_printed - long.printed as difference,
    long.warehouse - long.printed as warehouse_difference,
    case
        when long.figure = 'unknown_sex' and long.recomputed_from_printed = 0 then 'adds up'
        when long.figure = 'unknown_sex' and long.recomputed_from_printed < 0 then 'does not add up: the sexes exceed the total'
        when long.figure = 'unknown_sex'
            then 'sex not stated for ' || {{ as_text("cast(long.recomputed_from_printed as bigint)") }}
        when long.recomputed_from_printed is null then 'given'
        when long.printed is null then 'not printed'
        when abs(long.recomputed_from_printed - long.printed) <= long.tolerance + 1e-9 then 'adds up'
        else 'does not add up'
    end as verdict,
    case
        when long.warehouse is null or coalesce(long.printed, long.recomputed_from_printed) is null then 'nothing to compare'
        when
            abs(long.warehouse - coalesce(long.printed, long.recomputed_from_printed))
            <= long.tolerance
            + abs(coalesce(long.printed, long.recomputed_from_printed)) * {{ parameter("idiom_agreement_share") }}
            then 'agrees'
        else 'differs'
    end as warehouse_verdict
from long
