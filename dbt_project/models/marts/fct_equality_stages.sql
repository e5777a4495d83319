-- Who gets how far, by sex, age and ethnicity: each group's rate of going on from the stage before, against the rate of
-- all others in it. `considered` counts every way in, so the stage before it is `scored`, not the list.
-- Stages of management have no row where no source came that says who is managed.
{%- set stages = (
    ("scored", "scored"), ("top_n", "scored"), ("considered", "scored"), ("adopted", "considered"),
    ("deselected", "adopted"),
) %}
{%- set characteristics = ("sex", "age_band", "ethnicity", "ethnic_group") %}
with first_ended as (
    select
        periods.nominal_id,
        min(periods.end_date) as ended_date
    from {{ ref("fct_management_periods") }} as periods
    where periods.nominal_id is not null and periods.end_date is not null
    group by periods.nominal_id
),

people as (
    select
        rankings.run_date,
        case when nominals.sex in ('M', 'F') then nominals.sex end as sex,
        {{ age_at("rankings.run_date", "nominals.date_of_birth") }} as age,
        case when ethnicities.is_stated then nominals.ethnicity end as ethnicity,
        case when ethnicities.is_stated then ethnicities.ethnic_group end as ethnic_group,
        1 as scored,
        case when rankings.is_top_n then 1 else 0 end as top_n,
        case when rankings.management_status <> 'never_considered' then 1 else 0 end as considered,
        case when rankings.management_status in ('managed', 'previously_managed') then 1 else 0 end as adopted,
        case
            when
                rankings.management_status = 'previously_managed'
                or (rankings.management_status = 'managed' and first_ended.ended_date <= rankings.run_date)
                then 1
            else 0
        end as deselected
    from {{ ref("fct_rankings") }} as rankings
    inner join {{ ref("dim_nominals") }} as nominals on rankings.nominal_id = nominals.nominal_id
    left join {{ ref("dim_ethnicities") }} as ethnicities on nominals.ethnicity = ethnicities.ethnicity
    left join first_ended on rankings.nominal_id = first_ended.nominal_id
),

-- once over the people, then over the few combinations of groups that occur
combinations as (
    select
        people.run_date,
        people.sex,
        people.age,
        people.ethnicity,
        people.ethnic_group,
        {%- for stage, base in stages %}
        sum(people.{{ stage }}) as {{ stage }}{{ "," if not loop.last }}
        {%- endfor %}
    from people
    group by people.run_date, people.sex, people.age, people.ethnicity, people.ethnic_group
),

banded as (
    select
        combinations.*,
        age_bands.age_band
    from combinations
    left join {{ ref("dim_age_bands") }} as age_bands
        on combinations.age >= age_bands.age_from and combinations.age <= age_bands.age_to
),

grouped as (
    {%- for characteristic in characteristics %}
    select
        banded.run_date,
        '{{ characteristic }}' as characteristic,
        banded.{{ characteristic }} as group_name,
        {%- for stage, base in stages %}
        sum(banded.{{ stage }}) as {{ stage }}{{ "," if not loop.last }}
        {%- endfor %}
    from banded
    group by banded.run_date, banded.{{ characteristic }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

staged as (
    {%- for stage, base in stages %}
    select
        grouped.run_date,
        '{{ stage }}' as stage,
        {{ loop.index }} as stage_number,
        {% if stage == base %}{{ as_text("null") }}{% else %}'{{ base }}'{% endif %} as base_stage,
        grouped.characteristic,
        grouped.group_name,
        grouped.{{ stage }} as n,
        {% if stage == base %}cast(null as bigint){% else %}grouped.{{ base }}{% endif %} as base_n
    from grouped
    {%- if stage not in ("scored", "top_n") %}
    where {{ management_delivered(ref("fct_deliveries")) }}
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

compared as (
    select
        staged.*,
        sum(staged.n) over same_stage as stage_n,
        sum(case when staged.group_name is null then staged.n else 0 end) over same_stage as missing_n,
        (sum(case when staged.group_name is not null then staged.n else 0 end) over same_stage) - staged.n as others_n,
        (sum(case when staged.group_name is not null then staged.base_n else 0 end) over same_stage) - staged.base_n
            as others_base_n
    from staged
    window same_stage as (partition by staged.run_date, staged.stage, staged.characteristic)
),

rated as (
    select
        compared.*,
        case
            when
                compared.base_n >= {{ parameter("equality_minimum_n") }}
                and compared.others_base_n >= {{ parameter("equality_minimum_n") }}
                and compared.others_n > 0
                then
                    (cast(compared.n as double) / cast(compared.base_n as double))
                    / (cast(compared.others_n as double) / cast(compared.others_base_n as double))
        end as selection_ratio,
        case
            when compared.n > 0 and compared.others_n > 0
                then
                    {{ parameter("interval_z") }} * sqrt(
                        1.0 / cast(compared.n as double) - 1.0 / cast(compared.base_n as double)
                        + 1.0 / cast(compared.others_n as double) - 1.0 / cast(compared.others_base_n as double)
                    )
        end as log_margin
    from compared
    where compared.group_name is not null
)

select
    rated.run_date,
    rated.stage,
    rated.characteristic,
    rated.group_name,
    rated.base_stage,
    cast(rated.n as bigint) as n,
    cast(rated.base_n as bigint) as base_n,
    cast(rated.n as double) / nullif(cast(rated.stage_n as double), 0) as share,
    rated.selection_ratio,
    case when rated.selection_ratio > 0 then rated.selection_ratio * exp(-rated.log_margin) end as ci_low,
    case when rated.selection_ratio > 0 then rated.selection_ratio * exp(rated.log_margin) end as ci_high,
    cast(rated.missing_n as double) / nullif(cast(rated.stage_n as double), 0) as missing_share,
    cast(rated.stage_n as bigint) as stage_n,
    cast(rated.missing_n as bigint) as missing_n
from rated
