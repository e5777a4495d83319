-- Where the list published for its own date and the one computed now for that date differ, and why.
-- Of a date that was published under several versions one list is compared: that of the present version, else the last.
with lists as (
    select
        published.run_date,
        published.algorithm_version,
        published.release_id,
        max(case when published.is_identity_kept then 1 else 0 end) = 1 as is_identity_kept,
        row_number() over (
            partition by published.run_date
            order by
                case when published.algorithm_version = '{{ run_value("algorithm_version") }}' then 0 else 1 end asc,
                max(published.published_as_at) desc,
                published.release_id desc,
                published.algorithm_version desc
        ) as list_position
    from {{ ref("fct_published_rankings") }} as published
    inner join {{ ref("dim_run_dates") }} as run_dates on published.run_date = run_dates.run_date
    group by published.run_date, published.algorithm_version, published.release_id
),

published_dates as (
    select
        lists.run_date,
        lists.algorithm_version,
        lists.release_id,
        lists.is_identity_kept
    from lists
    where lists.list_position = 1
),

before as (
    select
        published.run_date,
        published.nominal_id,
        published.rank,
        published.score
    from {{ ref("fct_published_rankings") }} as published
    inner join published_dates
        on
            published.run_date = published_dates.run_date
            and published.algorithm_version = published_dates.algorithm_version
            and published.release_id = published_dates.release_id
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

-- everybody whom a merge or a split since that list concerns, where it was kept who was one person in it
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
        now_ranked.score as recomputed_score
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
        when published_dates.algorithm_version <> '{{ run_value("algorithm_version") }}' then 'parameters'
        when
            nominals.nominal_id is null
            or (
                (shifted.nominal_id is not null or (not published_dates.is_identity_kept and nominals.merged_count > 0))
                and coalesce(compared.published_score <> compared.recomputed_score, true)
            )
            then 'identity'
        when
            round(compared.published_score, {{ parameter("score_decimals") }})
            = round(compared.recomputed_score, {{ parameter("score_decimals") }})
            then 'others_moved'
        else 'source_changed'
    end as reason,
    published_dates.algorithm_version as published_algorithm_version,
    compared.published_score,
    compared.recomputed_score
from compared
inner join published_dates on compared.run_date = published_dates.run_date
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
