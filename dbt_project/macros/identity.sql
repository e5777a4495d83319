{# Whether published figures rest on the linkage model; else on merges and identifiers of the sources alone. #}
{% macro identity_model() -%}{{ return(run_value("parameters").get("identity", "exact") == "model") }}{%- endmacro %}

{#
    Rows of another source with the surviving nominal that their identifiers name: by nominal_id (one that nobody
    holds is treated as absent), else by a PNC id that exactly one surviving nominal holds.
#}
{% macro named_exactly(model, key, nominals, pnc_ids) -%}
select
    records.{{ key }},
    coalesce(by_id.survivor_id, by_pnc_id.nominal_id) as nominal_id,
    case
        when by_id.survivor_id is not null then 'nominal_id'
        when by_pnc_id.nominal_id is not null then 'pnc_id'
        else 'unlinked'
    end as link_method
from {{ ref(model) }} as records
left join {{ ref(nominals) }} as by_id on records.nominal_id = by_id.nominal_id
left join {{ ref(pnc_ids) }} as by_pnc_id on records.pnc_id = by_pnc_id.pnc_id
{%- endmacro %}

{# What a pair agreed in, in words, for whoever reviews it. #}
{% macro comparison_in_words(pairs) -%}
    'surname ' || {{ level_in_words(pairs ~ ".surname_level") }}
    || '; forename ' || {{ level_in_words(pairs ~ ".forename_level") }}
    || '; date of birth ' || {{ level_in_words(pairs ~ ".date_of_birth_level") }}
    || '; sex ' || {{ level_in_words(pairs ~ ".sex_level") }}
{%- endmacro %}

{% macro level_in_words(level) -%}
    case {{ level }}
        when 'same' then 'the same'
        when 'slip' then 'one letter off'
        when 'alike' then 'alike'
        when 'nickname' then 'a short form'
        when 'swapped' then 'with day and month swapped'
        when 'year_off' then 'a year apart'
        when 'digit' then 'one digit off'
        when 'month' then 'in the same month'
        when 'other' then 'different'
        else 'unknown'
    end
{%- endmacro %}
