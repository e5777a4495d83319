-- Ranks 1..n at each run date. Every tie-breaker stands in the macro ranking_order.
with ranked as (
    select
        {%- for column in (
            "run_index", "run_date", "nominal_id", "sex", "date_of_birth", "age", "harm_days", "weighted_harm_days",
            "offence_count", "high_harm_count", "latest_offence_date", "sanctions", "first_sanction_date",
            "current_sanction_date", "ogrs3_group", "age_sex_term", "history_term", "copas_rate", "group_term", "harm_term", "copas_formal", "copas_recorded",
            "ogrs3_formal_p1", "ogrs3_formal_p2", "ogrs3_recorded_p1", "ogrs3_recorded_p2", "risk_probability", "score",
        ) %}
        scored.{{ column }},
        {%- endfor %}
        row_number() over (
            partition by scored.run_index
            order by
                {{ ranking_order("scored") }}
        ) as rank
    from {{ ref("int_nominals_scored") }} as scored
),

before as (
    select
        ranked.*,
        lag(ranked.rank) over person as rank_before,
        lag(ranked.run_index) over person as run_index_before,
        lag(ranked.age_sex_term) over person as age_sex_term_before
    from ranked
    window person as (partition by ranked.nominal_id order by ranked.run_index)
)

select
    before.*,
    case when before.run_index_before = before.run_index - 1 then before.rank_before end as previous_rank,
    before.rank <= {{ parameter("top_n") }} as is_top_n
from before
