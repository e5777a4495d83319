-- The table that IDIOM prints, computed for each printed period's end from what was known on that day: projected annual
-- figures by naive rates. People, spells, offences and their state are cut at the period's end.
with period_ends as (
    select distinct summaries.period_end
    from {{ ref("stg_idiom__performance_summaries") }} as summaries
),

known_links as (
    select
        links.nominal_id,
        'recorded' as basis,
        offences.offence_date,
        greatest(offences.recorded_date, offences.offence_date) as known_from,
        links.counted_until as known_until,
        offences.unit_cost_gbp
    from {{ ref("int_offence_links_merged") }} as links
    inner join {{ ref("int_offences_weighed") }} as offences on links.offence_id = offences.offence_id
    union all
    select
        sanctions.nominal_id,
        'proven' as basis,
        sanctions.offence_date,
        sanctions.sanction_date as known_from,
        cast(null as date) as known_until,
        sanctions.unit_cost_gbp
    from {{ ref("int_sanctions_linked") }} as sanctions
    where sanctions.nominal_id is not null
),

first_visor_spells as (
    select spells.nominal_id, min(spells.adopted_date) as adopted_date
    from {{ ref("int_management_spells") }} as spells
    where spells.cohort = 'visor' and spells.scheme is not null
    group by spells.nominal_id
),

-- A registration whose person got a cohort spell in `visor` only later formed one until then.
spells_then as (
    select
        period_ends.period_end,
        spells.nominal_id,
        spells.spell_id,
        spells.adopted_date,
        spells.deselected_date
    from period_ends
    inner join {{ ref("int_management_spells") }} as spells on spells.adopted_date <= period_ends.period_end
    union all
    select
        period_ends.period_end,
        linked.nominal_id,
        registrations.visor_id as spell_id,
        registrations.registration_start as adopted_date,
        registrations.registration_end as deselected_date
    from period_ends
    inner join {{ ref("stg_visor_summary__registrations") }} as registrations
        on registrations.registration_start <= period_ends.period_end
    inner join {{ ref("int_registrations_linked") }} as linked on registrations.visor_id = linked.visor_id
    inner join first_visor_spells
        on linked.nominal_id = first_visor_spells.nominal_id and first_visor_spells.adopted_date > period_ends.period_end
),

positioned as (
    select
        spells_then.*,
        row_number() over (
            partition by spells_then.period_end, spells_then.nominal_id
            order by spells_then.adopted_date asc, spells_then.spell_id asc
        ) as spell_position
    from spells_then
),

open_at_end as (
    select distinct spells_then.period_end, spells_then.nominal_id
    from spells_then
    where spells_then.deselected_date is null or spells_then.deselected_date > spells_then.period_end
),

people as (
    select
        period_ends.period_end,
        spells.nominal_id,
        spells.adopted_date,
        nominals.sex,
        bases.basis,
        open_at_end.nominal_id is not null as is_current,
        greatest(
            {{ days_after("spells.adopted_date", "-" ~ parameter("pre_days")) }}, bases.coverage_start
        ) as pre_first_day,
        greatest(spells.adopted_date, bases.coverage_start) as first_day,
        least(
            period_ends.period_end, coalesce({{ days_after("nominals.deceased_date", -1) }}, period_ends.period_end)
        ) as last_known_day,
        coalesce(spells.deselected_date, {{ as_at() }}) as end_date
    from period_ends
    inner join positioned as spells on period_ends.period_end = spells.period_end and spells.spell_position = 1
    inner join {{ ref("int_nominals_survived") }} as nominals on spells.nominal_id = nominals.nominal_id
    cross join (
        select 'recorded' as basis, cast({{ parameter("coverage_start_police_records") }} as date) as coverage_start
        union all
        select 'proven' as basis, cast({{ parameter("coverage_start_idiom") }} as date) as coverage_start
    ) as bases
    left join open_at_end
        on period_ends.period_end = open_at_end.period_end and spells.nominal_id = open_at_end.nominal_id
),

windows as (
    select
        people.*,
        'all_managed' as scope,
        least({{ days_after("people.adopted_date", -1) }}, people.last_known_day) as pre_last_day,
        people.last_known_day as last_day
    from people
    union all
    select
        people.*,
        'currently_managed' as scope,
        least({{ days_after("people.adopted_date", -1) }}, people.last_known_day) as pre_last_day,
        least(people.end_date, people.last_known_day) as last_day
    from people
    where people.is_current
),

counted as (
    select
        windows.period_end,
        windows.scope,
        windows.basis,
        sum(case when known_links.offence_date <= windows.pre_last_day then 1 else 0 end) as offences_pre,
        sum(case when known_links.offence_date >= windows.first_day then 1 else 0 end) as offences_during,
        sum(case when known_links.offence_date <= windows.pre_last_day then known_links.unit_cost_gbp end) as cost_pre,
        sum(case when known_links.offence_date >= windows.first_day then known_links.unit_cost_gbp end) as cost_during,
        count(case when known_links.offence_date <= windows.pre_last_day then known_links.unit_cost_gbp end) as priced_pre,
        count(case when known_links.offence_date >= windows.first_day then known_links.unit_cost_gbp end) as priced_during
    from windows
    inner join known_links
        on
            windows.nominal_id = known_links.nominal_id
            and windows.basis = known_links.basis
            and known_links.known_from <= windows.period_end
            and (known_links.known_until is null or known_links.known_until > windows.period_end)
            and known_links.offence_date >= windows.pre_first_day
            and known_links.offence_date <= windows.last_day
    where
        known_links.offence_date <= windows.pre_last_day
        or known_links.offence_date >= windows.first_day
    group by windows.period_end, windows.scope, windows.basis
),

lengths as (
    select
        windows.period_end,
        windows.scope,
        windows.basis,
        count(*) as nominals,
        sum(case when windows.sex = 'M' then 1 else 0 end) as male,
        sum(case when windows.sex = 'F' then 1 else 0 end) as female,
        sum(greatest({{ days_between("windows.pre_first_day", "windows.pre_last_day") }} + 1, 0)) as days_pre,
        sum(greatest({{ days_between("windows.first_day", "windows.last_day") }} + 1, 0)) as days_during
    from windows
    group by windows.period_end, windows.scope, windows.basis
)

select
    lengths.period_end,
    lengths.scope,
    lengths.basis,
    lengths.nominals,
    lengths.male,
    lengths.female,
    {{ projected_annual("coalesce(counted.offences_pre, 0)", "lengths.days_pre", "lengths.nominals") }} as offences_pre,
    {{ projected_annual("coalesce(counted.offences_during, 0)", "lengths.days_during", "lengths.nominals") }}
        as offences_during,
    {%- for window in ("pre", "during") %}
    {{ projected_cost(
        "coalesce(counted.cost_" ~ window ~ ", 0)", "counted.priced_" ~ window,
        "coalesce(counted.offences_" ~ window ~ ", 0)", "lengths.days_" ~ window, "lengths.nominals"
    ) }} as cost_{{ window }}{{ "," if not loop.last }}
    {%- endfor %}
from lengths
left join counted
    on
        lengths.period_end = counted.period_end
        and lengths.scope = counted.scope
        and lengths.basis = counted.basis
