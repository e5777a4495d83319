-- One link per offence and surviving nominal. It counts from the day of recording until `counted_until`: the day the
-- offence was cancelled or, for a link that was eliminated, the day of that. Of merged nominals' links one that still
-- counts is enough, and the strongest role stands.
with parts as (
    select
        links.offence_id,
        resolved.survivor_id as nominal_id,
        resolved.is_merged,
        links.role,
        links.role_date,
        least(
            offences.cancelled_date,
            case when links.role = 'eliminated' then links.role_date end
        ) as counted_until
    from {{ ref("stg_police_records__offence_nominals") }} as links
    inner join {{ ref("int_nominals_resolved") }} as resolved on links.nominal_id = resolved.nominal_id
    inner join {{ ref("stg_police_records__offences") }} as offences on links.offence_id = offences.offence_id
),

-- A nominal is linked to an offence once: two links of one survivor take a merged nominal, and those are few.
merged as (
    select distinct parts.offence_id, parts.nominal_id
    from parts
    where parts.is_merged
),

positioned as (
    select
        parts.*,
        row_number() over (
            partition by parts.offence_id, parts.nominal_id
            -- of two clearances the later one stands: until then one of the links still counted
            order by
                case parts.role
                    when 'convicted' then 1
                    when 'charged' then 2
                    when 'cautioned' then 3
                    when 'suspect' then 4
                    else 5
                end asc,
                case when parts.role = 'eliminated' then parts.role_date end desc nulls last,
                parts.role_date asc nulls last
        ) as part_position,
        max(case when parts.counted_until is null then 1 else 0 end) over (
            partition by parts.offence_id, parts.nominal_id
        ) as is_unending,
        max(parts.counted_until) over (partition by parts.offence_id, parts.nominal_id) as last_counted_until
    from parts
    semi join merged on parts.offence_id = merged.offence_id and parts.nominal_id = merged.nominal_id
)

select
    parts.offence_id,
    parts.nominal_id,
    parts.role,
    parts.role_date,
    parts.counted_until
from parts
anti join merged on parts.offence_id = merged.offence_id and parts.nominal_id = merged.nominal_id
union all
select
    positioned.offence_id,
    positioned.nominal_id,
    positioned.role,
    positioned.role_date,
    case when positioned.is_unending = 0 then positioned.last_counted_until end as counted_until
from positioned
where positioned.part_position = 1
