-- What a meeting should be told of each listed nominal, beside rank and score.
select
    {{ as_at() }} as as_at,
    facts.*
from {{ ref("fct_case_facts") }} as facts
