"""An independent ranking: the contract's recipe in a page of SQL, sharing nothing with the product but its seeds.

``prepare`` makes ``links`` (one row per surviving nominal and offence) and ``alive`` from the folded
extracts; ``rank`` gives the ranking of a date; ``follow_up`` what happened in the year after.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"

_AGE = "(year({day}) - year({born}) - ((month({day}), day({day})) < (month({born}), day({born})))::int)"


def prepare(store: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that every date's ranking reads."""
    for seed in ("harm_index", "offence_types", "ogrs3_coefficients"):
        store.execute(
            f"create or replace table {seed} as select * from read_csv('{SEEDS / seed}.csv', all_varchar = true)"
        )
    store.execute("""
        create or replace table survivor as
        select n.nominal_id, coalesce(c.merged_into, b.merged_into, a.merged_into, n.nominal_id) as survivor
        from police_records_nominals n
        left join police_records_nominals a on a.nominal_id = n.nominal_id
        left join police_records_nominals b on b.nominal_id = a.merged_into
        left join police_records_nominals c on c.nominal_id = b.merged_into""")
    store.execute("""
        create or replace table codes as
        with class as (
            select distinct ho_code, regexp_replace(ho_code, '[A-Z]$', '') as class from police_records_offences),
        harm as (select ho_code, arg_max(harm_days::double, effective_from) as harm_days from harm_index group by 1)
        select class.ho_code, coalesce(own.harm_days, wide.harm_days, 0) as harm_days,
            coalesce(kind.ogrs3_group, broad.ogrs3_group, 'Other offence') as ogrs3_group,
            coalesce(kind.is_serious_violence = 'true' or kind.is_serious_sexual = 'true', false) as is_serious
        from class
        left join harm own on own.ho_code = class.ho_code
        left join harm wide on wide.ho_code = class.class
        left join offence_types kind on kind.ho_code = class.ho_code
        left join offence_types broad on broad.ho_code = class.class""")
    store.execute("""
        create or replace table links as
        with hurt as (
            select offence_id, bool_or(try_cast(victim_age as int) < 18 or vulnerable = 'Y') as vulnerable
            from police_records_offence_victims group by 1),
        own as (
            select survivor, offence_id,
                bool_and(role = 'eliminated') as eliminated,
                max(role_date::date) filter (role = 'eliminated') as cleared
            from police_records_offence_nominals join survivor using (nominal_id) group by 1, 2)
        select survivor, offence_id, o.ho_code, offence_date::date as offence_date,
            recorded_date::date as recorded_date, cancelled_date::date as cancelled_date,
            case when eliminated then cleared end as cleared, harm_days, ogrs3_group,
            harm_days * case when coalesce(hurt.vulnerable, false) then 1.5 else 1 end
            * case when is_serious or 'Y' in (domestic_abuse, hate_crime, child_abuse) then 1.5 else 1 end as weighted
        from own join police_records_offences o using (offence_id) join codes on codes.ho_code = o.ho_code
        left join hurt using (offence_id)""")


def rank(store: duckdb.DuckDBPyConnection, day: date) -> pd.DataFrame:
    """Return rank, nominal_id, score and the parts of the score on a day."""
    at = f"date '{day}'"
    return store.execute(f"""
        with counted as (
            select * from links
            where recorded_date <= {at} and offence_date <= {at} and (cancelled_date is null or cancelled_date > {at})
                and (cleared is null or cleared > {at})),
        people as (
            select nominal_id, date_of_birth::date as born, if(sex = 'F', 'F', 'M') as sex from police_records_nominals
            where merged_into is null and date_of_birth is not null
                and (deceased_date is null or deceased_date::date > {at})),
        dates as (
            select survivor, count(distinct recorded_date) - 1 as previous, min(recorded_date) as first_day,
                max(recorded_date) as last_day, sum(weighted) as weighted, max(offence_date) as latest,
                count(*) as offences from counted group by 1),
        latest as (
            select survivor, arg_max(ogrs3_group, (harm_days, ho_code)) as ogrs3_group
            from counted join dates using (survivor) where recorded_date = last_day group by 1),
        terms as (
            select nominal_id, weighted, latest, offences, sex, ogrs3_group,
                {_AGE.format(day=at, born="born")} as age,
                ln((1 + least(previous, 50)) / (10.0 + {_AGE.format(day="last_day", born="born")}
                    - {_AGE.format(day="first_day", born="born")})) as copas,
                if(previous = 0, 0.126142106, 0.463062792) as history
            from people join dates on survivor = nominal_id join latest using (survivor)),
        scored as (
            select terms.*, 1 / (1 + exp(-(a.coefficient::double + history + 1.251124464 * copas
                + g.coefficient::double + 2.121705678))) as p2
            from terms
            join ogrs3_coefficients a on a.term_group = 'age_sex' and a.sex = terms.sex
                and age between a.age_from::int and coalesce(a.age_to::int, 200)
            join ogrs3_coefficients g on g.term_group = 'offence_group' and g.term = ogrs3_group
            where age >= 18)
        select row_number() over (order by round(p2 * ln(1 + weighted), 12) desc, round(copas, 12) desc, weighted desc,
            latest desc, nominal_id) as rank, nominal_id, p2 * ln(1 + weighted) as score, p2, weighted, offences, age
        from scored order by rank""").df()


def follow_up(store: duckdb.DuckDBPyConnection, day: date) -> pd.DataFrame:
    """Return harm days and offences of each nominal in (day, day + 365], as known at the end."""
    return store.execute(f"""
        select survivor as nominal_id, sum(harm_days) as harm, count(*) as offences from links
        where offence_date > date '{day}' and offence_date <= date '{day}' + 365
            and cancelled_date is null and cleared is null group by 1""").df()
