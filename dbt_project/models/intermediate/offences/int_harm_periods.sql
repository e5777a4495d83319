-- Harm days of a code, date-effective. Offences before the first version take the first.
select
    harm_index.ho_code,
    case
        when lag(harm_index.effective_from) over (
            partition by harm_index.ho_code order by harm_index.effective_from
        ) is null
            then date '0001-01-01'
        else harm_index.effective_from
    end as valid_from,
    coalesce(
        lead(harm_index.effective_from) over (
            partition by harm_index.ho_code order by harm_index.effective_from
        ),
        date '9999-12-31'
    ) as valid_to,
    cast(harm_index.harm_days as decimal(18, 4)) as harm_days,
    harm_index.basis
from {{ ref("harm_index") }} as harm_index
