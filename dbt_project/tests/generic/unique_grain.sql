{# Each key of the stated grain stands once. Nulls of a key count as one value. #}
{% test unique_grain(model, columns) %}
select
    {{ columns | join(", ") }},
    count(*) as rows_found
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
{% endtest %}
