"""Defective deliveries by class of fault: every hostile value in every column, and sequences drawn at random.

Nothing here says what must happen: :mod:`tests.faults.oracle` does, from the contract.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from tests.faults.values import HOSTILE
from tests.ingest import builder
from tests.ingest.builder import Delivery, Rows
from tests.synthetic.extracts import FILES

Row = dict[str, str]
EXTRACT = date(2026, 9, 20)
SOURCES = tuple(FILES)
_TYPES = {
    **dict.fromkeys(("date", "future", "meeting"), pa.date32()),
    **dict.fromkeys(("count", "age", "ordinal"), pa.int64()),
    **dict.fromkeys(("money", "amount"), pa.decimal128(14, 2)),
}
_PRINTED = {"offences_pre", "offences_during"}


def rules(source: str, entity: str) -> dict[str, str]:
    """Return the kind of every column of a file."""
    pairs = (item.split(":") for item in FILES[source][entity].columns.split())
    return {name.rstrip("?"): rule for name, rule in pairs}


def good_row(entity: str, n: int) -> Row:
    """Return a row that breaks no rule, with a key and parents of its own number."""
    day = date(2000, 1, 1) + timedelta(days=n)
    make = {
        "nominals": lambda: builder.nominal(n),
        "offences": lambda: builder.offence(n),
        "offence_nominals": lambda: builder.link(n, n),
        "offence_victims": lambda: builder.victim(n, n),
        "custody": lambda: builder.custody(n, n),
        "intelligence": lambda: builder.log(n, n),
        "visor_summary": lambda: builder.visor(n, manager_id="M1"),
        "managers": lambda: builder.manager(n),
        "cohort_spells": lambda: builder.spell(n, manager_id=f"M{n}"),
        "pnc_events": lambda: builder.event(n),
        "caseload_history": lambda: builder.caseload(1, census_date=f"{day}", manager_id=f"M{n}"),
        "referrals": lambda: builder.referral(n),
        "intervention_catalogue": lambda: builder.catalogue(intervention=f"visit{n}"),
        "interventions": lambda: builder.intervention(
            n, spell_id=f"S{n}", manager_id=f"M{n}", intervention=f"visit{n}"
        ),
        "unit_costs": lambda: builder.cost(n),
        "performance_summary": lambda: builder.performance(period_end=f"{day}"),
        "unit_decisions": lambda: builder.decision(n, run_date=f"{day}", decision_date=f"{day}"),
    }
    return make[entity]()


def spoilt_rows(source: str, entity: str) -> Rows:
    """Return one row per column and hostile value, and one per column left empty."""
    rows: Rows = []
    for column, rule in rules(source, entity).items():
        for value in ("", *HOSTILE[rule]):
            rows.append(good_row(entity, len(rows) + 1) | {column: value})
    return rows


def spoilt_files(source: str, entity: str) -> dict[str, Rows]:
    """Return the files of a delivery in which one file has every fault of its columns."""
    spoilt = spoilt_rows(source, entity)
    numbers = range(1, len(spoilt) + 1)
    files = {name: [good_row(name, n) for n in numbers] for name in FILES[source]}
    return files | {entity: spoilt}


def drawn_files(rng: random.Random, source: str, share: float, is_delta: bool) -> dict[str, Rows]:
    """Return small files with colliding keys, dangling references and bad values drawn at random."""
    files: dict[str, Rows] = {}
    for entity in FILES[source]:
        if is_delta and rng.random() < 0.3:
            continue
        files[entity] = list(_drawn_rows(rng, source, entity, share, is_delta))
    return files


def _drawn_rows(rng: random.Random, source: str, entity: str, share: float, is_delta: bool) -> Iterator[Row]:
    kinds = rules(source, entity)
    before: Row | None = None
    for _ in range(rng.randint(0, 9)):
        row = good_row(entity, rng.randint(1, 7))
        if before is not None and rng.random() < 0.1:
            row = dict(before)
        for column in ("nominal_id", "offence_id", "manager_id", "spell_id", "intervention"):
            if column in row and rng.random() < 0.15:
                row[column] = row[column][:-1] + str(rng.randint(1, 9))
        if not is_delta and row.get("merged_into") == "" and rng.random() < 0.3:
            row["merged_into"] = f"N{rng.randint(1, 8)}"
        if "date_of_birth" in row and rng.random() < 0.1:
            row["date_of_birth"] = "2024-12-31"
        while rng.random() < share:
            column = rng.choice(list(kinds))
            row[column] = rng.choice(("", *HOSTILE[kinds[column]]))
        if is_delta:
            row["change_type"] = rng.choice("IIUUDD" if rng.random() > share / 3 else ("", "i", "X", "U "))
        before = row
        yield row


def written(rng: random.Random, delivery: Delivery) -> Delivery:
    """Write the same content another way: order of columns, line ends, quotes, blank lines, byte order mark."""
    for entity, rows in delivery.files.items():
        header = list(delivery.header(entity))
        rng.shuffle(header)
        lines = [",".join(header)]
        lines += [",".join(_cell(rng, row.get(name, "")) for name in header) for row in rows]
        text = ""
        for line in lines:
            text += rng.choice(("", "", "\n", "\r\n")) if text else ""
            text += line + rng.choice(("\n", "\r\n"))
        text = text.rstrip("\r\n") if rng.random() < 0.2 and lines[1:] else text
        delivery.raw[f"{entity}.csv"] = rng.choice((b"", b"\xef\xbb\xbf")) + text.encode()
        delivery.counts[f"{entity}.csv"] = len(rows)
    return delivery


def _cell(rng: random.Random, value: str) -> str:
    if rng.random() < 0.2 or any(char in value for char in ',"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


class InParquet(Delivery):
    """A delivery whose files are those in ``raw`` only; ``files`` says what they hold."""

    def contents(self) -> dict[str, bytes]:
        return self.raw


def in_parquet(delivery: Delivery, source: str) -> Delivery:
    """Write the files as Parquet, without the rows that its types cannot hold."""
    delivery = InParquet(**vars(delivery))
    for entity in list(delivery.files):
        kinds = rules(source, entity)
        names = delivery.header(entity)
        rows, columns = [], {name: [] for name in names}  # type: ignore[var-annotated]
        for row in delivery.files[entity]:
            values = {name: _typed(kinds.get(name, "text"), row.get(name, "")) for name in names}
            if _CANNOT not in values.values():
                rows.append(row)
                for name in names:
                    columns[name].append(values[name])
        table = pa.table(
            {name: pa.array(columns[name], _TYPES.get(kinds.get(name, ""), pa.string())) for name in names}
        )
        content = io.BytesIO()
        pq.write_table(table, content, row_group_size=max(1, len(rows) // 2))
        delivery.files[entity] = rows
        delivery.raw[f"{entity}.parquet"] = content.getvalue()
        delivery.counts[f"{entity}.parquet"] = len(rows)
    return delivery


_CANNOT = object()


def _typed(rule: str, value: str) -> object:
    """Turn a text into what its Parquet column holds; only what comes back as the same text may be used."""
    if not value:
        return None
    try:
        if rule in ("date", "future", "meeting"):
            made: object = date.fromisoformat(value)
            return made if str(made) == value else _CANNOT
        if rule in ("count", "age", "ordinal"):
            return int(value) if str(int(value)) == value and abs(int(value)) < 2**63 else _CANNOT
        if rule in ("money", "amount"):
            amount = Decimal(value)
            fits = f"{amount:.2f}" == value and abs(amount) < 10**12
            return amount if fits else _CANNOT
    except (ValueError, ArithmeticError):
        return _CANNOT
    return value
