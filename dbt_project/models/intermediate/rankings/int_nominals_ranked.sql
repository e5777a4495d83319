{{ config(materialized="view") }}

-- Person x run date, ranked, with what the rank rests on: looked up by the key of the stretch, and not written for each date.
select
    placed.run_index,
    run_dates.run_date,
    {%- for column in (
        "nominal_id", "sex", "date_of_birth", "age", "harm_days", "weighted_harm_days", "offence_count",
        "high_harm_count", "latest_offence_date", "sanctions", "first_sanction_date", "current_sanction_date",
        "ogrs3_group", "age_sex_term", "history_term", "copas_rate", "group_term", "harm_term", "copas_formal", "copas_recorded",
        "ogrs3_formal_p1", "ogrs3_formal_p2", "ogrs3_recorded_p1", "ogrs3_recorded_p2", "risk_probability", "score",
    ) %}
    stretches.{{ column }},
    {%- endfor %}
    placed.standing,
    placed.rank,
    placed.previous_rank,
    placed.rank <= {{ parameter("top_n") }} as is_top_n
from {{ ref("int_nominals_placed") }} as placed
inner join {{ ref("int_nominals_standing") }} as stretches on placed.standing = stretches.standing
inner join {{ ref("int_run_dates") }} as run_dates on placed.run_index = run_dates.run_index
