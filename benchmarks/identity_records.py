"""The records of a synthetic force for the study of the linkage model, read from what it delivers, with the truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from include.identity.model import compare
from include.identity.probabilities import Probabilities

_FOLDED = """
    select * from (
        select *, row_number() over (partition by {key} order by filename desc) as recency
        from read_csv('{folder}/*/{file}.csv', all_varchar = true, union_by_name = true, filename = true)
    ) where recency = 1 and coalesce(change_type, '') <> 'D'
"""
_READ = """
    create table truth as
    select 'nominal' as kind, nominal_id as source_id, person_id from read_csv('{truth}/duplicates.csv')
    union all select 'nominal', nominal_id, person_id from read_parquet('{truth}/people.parquet')
    union all select case source when 'idiom' then 'cohort_spell' else 'registration' end, record_id, person_id
    from read_csv('{truth}/windows.csv');

    create table merged as
    with recursive chain as (
        select nominal_id, nominal_id as survivor_id from nominals
        union all
        select chain.nominal_id, nominals.merged_into from chain
        inner join nominals on chain.survivor_id = nominals.nominal_id where nominals.merged_into is not null
    )
    select chain.nominal_id, chain.survivor_id from chain
    inner join nominals on chain.survivor_id = nominals.nominal_id where nominals.merged_into is null;

    create table held as
    select pnc_id, min(survivor_id) as survivor_id, count(distinct survivor_id) as holders
    from nominals inner join merged using (nominal_id) where pnc_id is not null group by pnc_id;

    create table records as
    select 'nominal:' || nominal_id as record_id, 'nominal' as kind, nominal_id as source_id, survivor_id, pnc_id,
        surname, forename, cast(date_of_birth as date) as date_of_birth, sex, person_id
    from nominals inner join merged using (nominal_id)
    inner join truth on kind = 'nominal' and nominal_id = source_id
    union all
    select kind || ':' || source_id, kind, source_id, null, others.pnc_id, surname, forename,
        cast(date_of_birth as date), null, person_id
    from others inner join truth using (kind, source_id)
    left join held on others.pnc_id = held.pnc_id and held.holders = 1
    where nominal_id is null and held.pnc_id is null and surname is not null;
"""
_SCORED = """
    create or replace table scored as
    with turned as (
        select case when starts_with(right_id, 'nominal:') then left_id else right_id end as one_id,
            case when starts_with(right_id, 'nominal:') then right_id else left_id end as other_id, weight
        from pairs
    ), sides as (
        select one.kind, one.source_id, other.survivor_id as right_id, one.person_id = other.person_id as is_one,
            case when one.kind = 'nominal' then one.survivor_id else one.source_id end as left_id,
            power(2, weight) * case when one.kind = 'nominal' then {per_nominal} else {per_record} end
                / (select count(*) - 1 from records where kind = 'nominal') as odds
        from turned
        inner join records as one on one_id = one.record_id
        inner join records as other on other_id = other.record_id
        where other.kind = 'nominal' and (one.kind <> 'nominal' or one.survivor_id <> other.survivor_id)
    ), best as (
        select kind, if(kind = 'nominal', least(left_id, right_id), left_id) as left_id,
            if(kind = 'nominal', greatest(left_id, right_id), right_id) as right_id,
            max(odds / (1 + odds)) as probability, bool_or(is_one) as is_one
        from sides group by all
    ), ids as (
        select distinct if(kind = 'nominal', survivor_id, source_id) as id, kind, pnc_id from records
        where pnc_id is not null
    )
    select best.*,
        exists (
            from ids as one inner join ids as other using (pnc_id)
            where one.kind = best.kind and one.id = best.left_id and other.kind = 'nominal' and other.id = best.right_id
        ) as shares_pnc_id,
        exists (from ids where ids.kind = best.kind and ids.id = best.left_id)
        and exists (from ids where ids.kind = 'nominal' and ids.id = best.right_id) as both_have_one
    from best
"""
_WANTED = """
    select kind = 'nominal' as is_nominal, count(*) from (
        select kind, source_id from records where kind <> 'nominal'
        union all
        select 'nominal', survivor_id from (
            select survivor_id, row_number() over (partition by person_id order by survivor_id) as place from (
                select distinct survivor_id, person_id from records where kind = 'nominal' and source_id = survivor_id
            )
        ) where place > 1
    ) group by 1
"""


@dataclass(frozen=True)
class Model:
    """What the pipeline is given.

    Attributes:
        nicknames: The seed of short forms.
        probabilities: The seed of the model.
        per_nominal: Further records of a nominal's person, on average.
        per_record: Nominals that a row of another source is about, on average.
    """

    nicknames: pa.Table
    probabilities: Probabilities
    per_nominal: float
    per_record: float


def read_records(store: duckdb.DuckDBPyConnection, force: Path) -> None:
    """Put the records of a force into a store: ``records``, with the person that each is really about."""
    landing = force / "landing"
    files = (
        ("nominals", "police_records", "nominals", "nominal_id", "*"),
        ("spells", "idiom", "cohort_spells", "spell_id", "'cohort_spell' as kind, spell_id as source_id"),
        (
            "register",
            "visor_summary",
            "visor_summary",
            "visor_id",
            "'registration' as kind, visor_id as source_id",
        ),
    )
    for table, source, file, key, columns in files:
        rest = "" if columns == "*" else ", nominal_id, pnc_id, surname, forename, date_of_birth"
        folded = _FOLDED.format(key=key, folder=landing / source, file=file)
        store.execute(f"create table {table} as select {columns}{rest} from ({folded})")  # noqa: S608  our own names
    store.execute("create table others as select * from spells union all select * from register")
    store.execute(_READ.format(truth=force / "planted_truth"))


def score(store: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Compare all records; ``scored`` has each pair of people, or of a row and a person, by its most probable records.

    Returns:
        How many pairs of records were compared.
    """
    people = store.execute(
        "select *, survivor_id as nominal_id from records order by record_id"
    ).to_arrow_table()
    pairs = compare(people, model.nicknames, model.probabilities)
    store.register("pairs", pairs)
    store.execute(_SCORED.format(per_nominal=model.per_nominal, per_record=model.per_record))
    store.unregister("pairs")
    return pairs.num_rows


def wanted(store: duckdb.DuckDBPyConnection) -> dict[bool, int]:
    """Return how many nominals are a further record of somebody, and how many rows of others seek their person."""
    return dict(store.execute(_WANTED).fetchall())
