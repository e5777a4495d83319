-- What is looked up by whole numbers comes first: where DuckDB lacks memory for a join, it puts the rows that it looks up for
-- aside, and those are wide once a person's figures are among them.
with placed as (
    select
        placed.*,
        circumstances.management_status,
        circumstances.in_custody,
        moves.movement_reason
    from {{ ref("int_nominals_placed") }} as placed
    left join {{ ref("int_ranked_circumstances") }} as circumstances
        on placed.run_index = circumstances.run_index and placed.rank = circumstances.rank
    left join {{ ref("int_rank_moves") }} as moves
        on placed.run_index = moves.run_index and placed.rank = moves.rank
)

select
    run_dates.run_date,
    stretches.nominal_id,
    cast(placed.rank as bigint) as rank,
    stretches.score,
    stretches.risk_probability,
    stretches.ogrs3_formal_p1,
    stretches.ogrs3_formal_p2,
    stretches.ogrs3_recorded_p1,
    stretches.ogrs3_recorded_p2,
    stretches.copas_rate,
    stretches.copas_formal,
    stretches.copas_recorded,
    stretches.harm_days,
    stretches.weighted_harm_days,
    cast(stretches.offence_count as bigint) as offence_count,
    stretches.high_harm_count,
    stretches.latest_offence_date,
    coalesce(placed.management_status, 'never_considered') as management_status,
    coalesce(placed.in_custody, false) as in_custody,
    cast(placed.previous_rank as bigint) as previous_rank,
    placed.rank <= {{ parameter("top_n") }} as is_top_n,
    case
        when placed.run_index > 1
            then
                placed.rank <= {{ parameter("top_n") }}
                and coalesce(placed.previous_rank > {{ parameter("top_n") }}, true)
    end as is_new_in_top_n,
    placed.movement_reason,
    run_dates.is_scheduled,
    '{{ run_value("algorithm_version") }}' as algorithm_version
from placed
inner join {{ ref("int_nominals_standing") }} as stretches on placed.standing = stretches.standing
inner join {{ ref("int_run_dates") }} as run_dates on placed.run_index = run_dates.run_index
