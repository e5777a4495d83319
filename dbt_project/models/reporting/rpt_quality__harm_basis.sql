-- What the harm of the counted offences rests on: values published, read from a guideline, placeholders, or nothing.
with offences as (
    select distinct
        links.offence_id,
        links.harm_basis,
        coalesce(links.harm_days, 0) as harm_days
    from {{ ref("fct_offences") }} as links
    where links.counted_until is null or links.counted_until > {{ as_at() }}
),

bases as (
    select 'published' as basis
    union all select 'guideline' as basis
    union all select 'placeholder' as basis
    union all select 'gap' as basis
),

totals as (
    select
        count(*) as offences,
        cast(sum(offences.harm_days) as double) as harm_days
    from offences
)

select
    {{ as_at() }} as as_at,
    bases.basis,
    count(offences.offence_id) as offences,
    cast(coalesce(sum(offences.harm_days), 0) as decimal(18, 4)) as harm_days,
    cast(coalesce(sum(offences.harm_days), 0) as double) / nullif(max(totals.harm_days), 0) as share,
    cast(count(offences.offence_id) as double) / nullif(max(totals.offences), 0) as offence_share
from bases
cross join totals
left join offences on bases.basis = offences.harm_basis
group by bases.basis
