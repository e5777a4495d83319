-- One person, one row: the survivor's attributes, and a PNC id of the chain where the survivor has none of its own.
with chains as (
    select
        resolved.survivor_id,
        min(resolved.pnc_id) as any_pnc_id,
        sum(case when resolved.is_merged then 1 else 0 end) as merged_count
    from {{ ref("int_nominals_resolved") }} as resolved
    group by resolved.survivor_id
)

select
    nominals.nominal_id,
    coalesce(nominals.pnc_id, chains.any_pnc_id) as pnc_id,
    nominals.surname,
    nominals.forename,
    nominals.date_of_birth,
    nominals.sex,
    nominals.ethnicity,
    nominals.division,
    nominals.deceased_date,
    chains.merged_count
from {{ ref("stg_police_records__nominals") }} as nominals
inner join chains on nominals.nominal_id = chains.survivor_id
