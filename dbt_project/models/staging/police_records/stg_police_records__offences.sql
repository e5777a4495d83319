with current_rows as (
    {{ current_rows("police_records", "offences", ["offence_id"]) }}
)

select
    current_rows.offence_id,
    current_rows.ho_code,
    current_rows.offence_title,
    current_rows.offence_date,
    current_rows.offence_end_date,
    current_rows.recorded_date,
    current_rows.division,
    current_rows.domestic_abuse = 'Y' as domestic_abuse,
    current_rows.hate_crime = 'Y' as hate_crime,
    current_rows.child_abuse = 'Y' as child_abuse,
    case
        when current_rows.outcome_date is null or current_rows.outcome_date <= {{ as_at() }}
            then current_rows.outcome_code
    end as outcome_code,
    case when current_rows.outcome_date <= {{ as_at() }} then current_rows.outcome_date end as outcome_date,
    case when current_rows.cancelled_date <= {{ as_at() }} then current_rows.cancelled_date end as cancelled_date
from current_rows
where current_rows.recorded_date <= {{ as_at() }} and current_rows.offence_date <= {{ as_at() }}
