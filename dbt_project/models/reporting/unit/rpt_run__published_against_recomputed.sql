-- Where the list published for its own date and the one computed now for that date differ, and why.
with published as (
    select
        published.run_date,
        published.nominal_id,
        published.rank,
        published.score,
        published.algorithm_version,
        published.release_id,
        row_number() over (
            partition by published.run_date, published.nominal_id
            order by
                case when published.algorithm_version = '{{ run_value("algorithm_version") }}' then 0 else 1 end asc,
                published.published_as_at desc,
                published.release_id desc,
                published.algorithm_version desc
        ) as version_position
    from {{ ref("fct_published_rankings") }} as published
),

published_dates as (
    select
        published.run_date,
        max(published.algorithm_version) as algorithm_version,
        max(published.release_id) as release_id
    from published
    where published.version_position = 1
    group by published.run_date
),

run_dates as (
    select distinct rankings.run_date from {{ ref("fct_rankings") }} as rankings
),

before as (
    select published.*
    from published
    inner join run_dates on published.run_date = run_dates.run_date
    where published.version_position = 1
),

now_ranked as (
    select
        rankings.run_date,
        rankings.nominal_id,
        rankings.rank,
        rankings.score
    from {{ ref("fct_rankings") }} as rankings
    inner join published_dates on rankings.run_date = published_dates.run_date
),

-- everybody whom a merge or a split since that list concerns
shifted as (
    select changes.run_date, changes.release_id, changes.nominal_id
    from {{ ref("fct_identity_changes") }} as changes
    union
    select changes.run_date, changes.release_id, changes.survivor_before as nominal_id
    from {{ ref("fct_identity_changes") }} as changes
    union
    select changes.run_date, changes.release_id, changes.survivor_now as nominal_id
    from {{ ref("fct_identity_changes") }} as changes
),

compared as (
    select
        coalesce(before.run_date, now_ranked.run_date) as run_date,
        coalesce(before.nominal_id, now_ranked.nominal_id) as nominal_id,
        before.rank as published_rank,
        now_ranked.rank as recomputed_rank,
        before.score as published_score,
        now_ranked.score as recomputed_score,
        before.algorithm_version
    from before
    full outer join now_ranked on before.run_date = now_ranked.run_date and before.nominal_id = now_ranked.nominal_id
)

select
    {{ as_at() }} as as_at,
    compared.run_date,
    compared.nominal_id,
    compared.published_rank,
    compared.recomputed_rank,
    case
        when coalesce(compared.algorithm_version, published_dates.algorithm_version) <> '{{ run_value("algorithm_version") }}'
            then 'parameters'
        when
            nominals.nominal_id is null
            or (
                (nominals.merged_count > 0 or shifted.nominal_id is not null)
                and coalesce(compared.published_score <> compared.recomputed_score, true)
            )
            then 'identity'
        when
            round(compared.published_score, {{ parameter("score_decimals") }})
            = round(compared.recomputed_score, {{ parameter("score_decimals") }})
            then 'others_moved'
        else 'source_changed'
    end as reason,
    compared.algorithm_version as published_algorithm_version,
    compared.published_score,
    compared.recomputed_score
from compared
left join published_dates on compared.run_date = published_dates.run_date
left join {{ ref("dim_nominals") }} as nominals on compared.nominal_id = nominals.nominal_id
left join shifted
    on
        compared.run_date = shifted.run_date
        and published_dates.release_id = shifted.release_id
        and compared.nominal_id = shifted.nominal_id
where
    compared.published_rank is null
    or compared.recomputed_rank is null
    or compared.published_rank <> compared.recomputed_rank
