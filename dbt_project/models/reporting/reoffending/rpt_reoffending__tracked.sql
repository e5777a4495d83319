-- Whoever was adopted lately, one by one, and one row without nominal_id that sums them up. The direction compares the rates a
-- day at risk before adoption and since (during and after together). Of offences of which none has a unit cost, the cost is
-- not known.
with recent as (
    select
        reoffending.*,
        reoffending.offences_during + reoffending.offences_post as offences_since,
        reoffending.at_risk_days_during + reoffending.at_risk_days_post as at_risk_days_since
    from {{ ref("fct_reoffending") }} as reoffending
    where
        reoffending.cohort = 'all'
        and reoffending.basis = 'recorded'
        and reoffending.adopted_date > {{ months_after(as_at(), "-" ~ parameter("tracked_months")) }}
),

directed as (
    select
        recent.*,
        -- offences a day compared without division: a / b < c / d
        case
            when recent.at_risk_days_pre = 0 or recent.at_risk_days_since = 0 then 'no days at risk'
            when recent.offences_since * recent.at_risk_days_pre < recent.offences_pre * recent.at_risk_days_since
                then 'fell'
            when recent.offences_since * recent.at_risk_days_pre > recent.offences_pre * recent.at_risk_days_since
                then 'rose'
            else 'unchanged'
        end as direction
    from recent
),

rows_and_sum as (
    select
        directed.nominal_id,
        directed.adopted_date,
        directed.end_date,
        directed.direction,
        directed.offences_since = 0 as has_none_further,
        {%- for measure in ("days", "at_risk_days", "offences", "offences_without_cost", "harm_days", "cost_gbp") %}
        {%- for window in ("pre", "during", "post") %}
        directed.{{ measure }}_{{ window }},
        {%- endfor %}
        {%- endfor %}
        1 as nominals,
        case when directed.direction = 'fell' then 1 else 0 end as fell,
        case when directed.offences_since = 0 then 1 else 0 end as none_further
    from directed
    union all
    select
        {{ as_text("null") }} as nominal_id,
        cast(null as date) as adopted_date,
        cast(null as date) as end_date,
        {{ as_text("null") }} as direction,
        cast(null as boolean) as has_none_further,
        {%- for measure in ("days", "at_risk_days", "offences", "offences_without_cost", "harm_days", "cost_gbp") %}
        {%- for window in ("pre", "during", "post") %}
        sum(directed.{{ measure }}_{{ window }}) as {{ measure }}_{{ window }},
        {%- endfor %}
        {%- endfor %}
        count(*) as nominals,
        sum(case when directed.direction = 'fell' then 1 else 0 end) as fell,
        sum(case when directed.offences_since = 0 then 1 else 0 end) as none_further
    from directed
    having count(*) > 0
)

select
    {{ as_at() }} as as_at,
    summed.nominal_id,
    summed.nominal_id is null as is_summary,
    summed.adopted_date,
    summed.end_date,
    summed.direction,
    summed.has_none_further,
    cast(summed.nominals as bigint) as nominals,
    cast(summed.fell as bigint) as fell,
    cast(summed.none_further as bigint) as none_further,
    {%- for measure, type in (("days", "bigint"), ("at_risk_days", "bigint"), ("offences", "bigint"),
                              ("harm_days", "decimal(18, 4)")) %}
    {%- for window in ("pre", "during", "post") %}
    cast(summed.{{ measure }}_{{ window }} as {{ type }}) as {{ measure }}_{{ window }},
    {%- endfor %}
    {%- endfor %}
    {%- for window in ("pre", "during", "post") %}
    case
        when summed.offences_{{ window }} = 0 or summed.offences_{{ window }} > summed.offences_without_cost_{{ window }}
            then cast(summed.cost_gbp_{{ window }} as decimal(18, 2))
    end as cost_gbp_{{ window }},
    {%- endfor %}
    100.0 * (
        {{ ratio_of_rates(
            "(summed.offences_during + summed.offences_post)",
            "(summed.at_risk_days_during + summed.at_risk_days_post)",
            "summed.offences_pre",
            "summed.at_risk_days_pre",
        ) }} - 1.0
    ) as offences_difference_pct
from rows_and_sum as summed
