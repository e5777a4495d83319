select
    ranked.run_date,
    ranked.nominal_id,
    cast(ranked.rank as bigint) as rank,
    ranked.score,
    ranked.risk_probability,
    ranked.ogrs3_formal_p1,
    ranked.ogrs3_formal_p2,
    ranked.ogrs3_recorded_p1,
    ranked.ogrs3_recorded_p2,
    ranked.copas_rate,
    ranked.copas_formal,
    ranked.copas_recorded,
    ranked.harm_days,
    ranked.weighted_harm_days,
    cast(ranked.offence_count as bigint) as offence_count,
    ranked.high_harm_count,
    ranked.latest_offence_date,
    coalesce(management.management_status, 'never_considered') as management_status,
    custody.nominal_id is not null as in_custody,
    cast(ranked.previous_rank as bigint) as previous_rank,
    ranked.is_top_n,
    case
        when ranked.run_index > 1
            then ranked.is_top_n and coalesce(ranked.previous_rank > {{ parameter("top_n") }}, true)
    end as is_new_in_top_n,
    moves.movement_reason,
    run_dates.is_scheduled,
    '{{ run_value("algorithm_version") }}' as algorithm_version
from {{ ref("int_nominals_ranked") }} as ranked
inner join {{ ref("int_run_dates") }} as run_dates on ranked.run_index = run_dates.run_index
left join {{ ref("int_rank_moves") }} as moves on ranked.run_index = moves.run_index and ranked.rank = moves.rank
left join {{ ref("int_management_by_run_date") }} as management
    on ranked.nominal_id = management.nominal_id and ranked.run_index = management.run_index
left join {{ ref("int_custody_by_run_date") }} as custody
    on ranked.nominal_id = custody.nominal_id and ranked.run_index = custody.run_index
