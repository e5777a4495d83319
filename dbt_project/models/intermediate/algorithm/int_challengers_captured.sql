-- Of the most harmful of an ordering's top people, those found in its first ranks. Places go to whoever did most
-- harm afterwards; nobody without harm fills one, and people tied at the last place share what is left of the places
-- equally.
with harmful as (
    select
        members.run_index,
        members.algorithm,
        members.rank,
        rank() over (partition by members.run_index, members.algorithm order by members.harm_days desc) - 1
            as people_above,
        count(*) over (partition by members.run_index, members.algorithm, members.harm_days) as people_tied,
        count(*) over (partition by members.run_index, members.algorithm) as n_harmful
    from {{ ref("int_challengers_followed") }} as members
    where members.harm_days > 0
),

placed as (
    select
        harmful.run_index,
        harmful.algorithm,
        harmful.rank,
        harmful.n_harmful,
        harmful.people_tied,
        least({{ parameter("capture_most_harmful") }}, harmful.n_harmful) as places,
        -- of the places, those left for this person and whoever is tied with them
        least(least({{ parameter("capture_most_harmful") }}, harmful.n_harmful) - harmful.people_above, harmful.people_tied)
            as places_shared
    from harmful
)

{% for top_n in number_list("capture_top_ns") -%}
select
    placed.run_index,
    placed.algorithm,
    {{ top_n }} as top_n,
    max(placed.n_harmful) as n_harmful,
    (
        -- whole places first; at the cut all share the same fraction, so the sum is exact until the one division
        cast(
            sum(case when placed.rank <= {{ top_n }} and placed.places_shared = placed.people_tied then 1 else 0 end)
            as double
        )
        + cast(
            sum(
                case
                    when
                        placed.rank <= {{ top_n }}
                        and placed.places_shared > 0
                        and placed.places_shared < placed.people_tied
                        then 1
                    else 0
                end
            ) as double
        )
        * coalesce(
            max(
                case
                    when placed.places_shared > 0 and placed.places_shared < placed.people_tied
                        then cast(placed.places_shared as double) / placed.people_tied
                end
            ),
            0
        )
    )
    / max(placed.places) as share
from placed
group by placed.run_index, placed.algorithm
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
