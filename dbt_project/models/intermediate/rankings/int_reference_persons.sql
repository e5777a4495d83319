-- The reference person of a run date: the median of each term over everybody ranked on it.
select
    ranked.run_index,
    {{ median("ranked.age_sex_term") }} as age_sex_term,
    {{ median("ranked.history_term") }} as history_term,
    {{ median("ranked.copas_rate") }} as copas_rate,
    {{ median("ranked.group_term") }} as group_term,
    {{ median("ranked.harm_term") }} as harm_term
from {{ ref("int_nominals_ranked") }} as ranked
group by ranked.run_index
