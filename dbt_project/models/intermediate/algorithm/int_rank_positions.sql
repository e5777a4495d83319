-- Where people stand among the managed or the others, and among those at liberty: of whoever offended afterwards, was managed or
-- was inside. Of the others a place is the rank without those before it who are managed (inside), and all of those are here: as
-- many as are here before it, less those of them who are not managed (inside).
with counted as (
    select
        ranked.*,
        row_number() over (partition by ranked.run_index order by ranked.rank) as place,
        row_number() over (partition by ranked.run_index, ranked.is_managed order by ranked.rank) as management_place,
        row_number() over (partition by ranked.run_index, ranked.is_at_liberty order by ranked.rank) as liberty_place
    from {{ ref("int_ranked_active") }} as ranked
)

select
    counted.run_index,
    counted.nominal_id,
    counted.rank,
    counted.is_managed,
    counted.is_at_liberty,
    counted.harm_days,
    counted.offences,
    case
        when counted.is_managed then counted.management_place
        else counted.rank - (counted.place - counted.management_place)
    end as management_position,
    case when counted.is_at_liberty then counted.rank - (counted.place - counted.liberty_place) end as liberty_position
from counted
