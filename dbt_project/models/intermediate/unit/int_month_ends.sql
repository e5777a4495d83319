-- The last whole months up to as_at. They do not depend on the run dates: what was known at the end of a month before
-- the first release is computed back.
with months as (
    select
        numbered.n as months_back,
        last_day({{ months_after(as_at(), "-1 * numbered.n") }}) as month_end
    from {{ numbers(0, parameter("trend_months")) }} as numbered
),

whole as (
    select
        months.month_end,
        row_number() over (order by months.month_end desc) as month_position
    from months
    where months.month_end <= {{ as_at() }}
)

select
    cast(date_trunc('month', whole.month_end) as date) as month_start,
    whole.month_end
from whole
where whole.month_position <= {{ parameter("trend_months") }}
