-- The reference person of a run date: the median of each term over everybody ranked on it.
select
    scored.run_index,
    {{ median("scored.age_sex_term") }} as age_sex_term,
    {{ median("scored.history_term") }} as history_term,
    {{ median("scored.copas_rate") }} as copas_rate,
    {{ median("scored.group_term") }} as group_term,
    {{ median("scored.harm_term") }} as harm_term
from {{ ref("int_nominals_scored") }} as scored
group by scored.run_index
