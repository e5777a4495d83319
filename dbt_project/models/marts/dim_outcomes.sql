select
    outcomes.outcome_code,
    outcomes.title,
    outcomes.outcome_group,
    cast(outcomes.is_no_further_action as boolean) as is_no_further_action
from {{ ref("outcome_codes") }} as outcomes
