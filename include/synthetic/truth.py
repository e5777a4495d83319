"""The planted truth: what no report may read, and every test of a statistic needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from include.files import PRIVATE_FILE, private_dir
from include.synthetic.careers import MONTHS, month_edges
from include.synthetic.chunk import Chunk
from include.synthetic.draws import NEVER, NULL, Bools, Floats, Ints, dates, flags, identifiers, where, words
from include.synthetic.holding import nominal_ids
from include.synthetic.management import Caseload, spell_ids
from include.synthetic.offence_codes import PERSON_TYPES
from include.synthetic.selection import COHORTS, PATHWAYS
from include.synthetic.world import days_inside, inside


class TruthWriter:
    """Writes the truth of chunk after chunk: CSV files, and Parquet for the one row per person."""

    def __init__(self, folder: Path) -> None:
        self.folder = private_dir(folder)
        self._writers: dict[str, pq.ParquetWriter | pcsv.CSVWriter] = {}

    def add(self, name: str, table: pa.Table) -> None:
        """Append a table to a file of the truth."""
        if name not in self._writers:
            path = self.folder / name
            self._writers[name] = (
                pq.ParquetWriter(path, table.schema, compression="zstd")
                if path.suffix == ".parquet"
                else pcsv.CSVWriter(path, table.schema, write_options=pcsv.WriteOptions(batch_size=65_536))
            )
            path.chmod(PRIVATE_FILE)
        self._writers[name].write_table(table)

    def finish(self) -> None:
        """Close all files."""
        for writer in self._writers.values():
            writer.close()


def write_truth(chunk: Chunk, load: Caseload, writer: TruthWriter) -> None:
    """Write what is true about a chunk."""
    writer.add("people.parquet", _people(chunk))
    writer.add("managed.csv", managed(chunk))
    writer.add("windows.csv", _windows(chunk, load))
    writer.add("duplicates.csv", _duplicates(chunk))


def person_ids(chunk: Chunk, person: Ints) -> pa.Array:
    """Return the ids of real people, which no extract shows."""
    return identifiers("PERSON", chunk.people.first_number + person, 8)


def _people(chunk: Chunk) -> pa.Table:
    """One row per person: kind, true relative rate, expected and actual offences."""
    people, everybody = chunk.people, np.arange(chunk.people.size)
    actual = np.bincount(chunk.found.link_person[chunk.actual.link_happens], minlength=people.size)
    return pa.table(
        {
            "person_id": person_ids(chunk, everybody),
            "nominal_id": nominal_ids(chunk, chunk.nominals.primary),
            "person_type": words(PERSON_TYPES, people.kind),
            "relative_rate": people.rate,
            "expected_offences_at_liberty": chunk.intensity.sum(axis=1),
            "offence_links": actual,
            "grave_share": people.grave_share,
            "onset_date": dates(people.onset),
            "desistance_date": dates(people.desist),
            "deceased_date": dates(where(people.death == NEVER, NULL, people.death)),
        }
    )


def expected(chunk: Chunk, person: Ints, begin: Ints, end: Ints) -> Floats:
    """Return the integral of each person's intensity over [begin, end): own offences expected at liberty, unmanaged."""
    edges = month_edges(chunk.frame.start, chunk.frame.end)
    cumulative = np.concatenate(
        [np.zeros((len(person), 1)), np.cumsum(chunk.intensity[person], axis=1)], axis=1
    )

    def up_to(day: Ints) -> Floats:
        place = np.clip((day - edges[0]) / (edges[1] - edges[0]), 0.0, float(MONTHS))
        low = np.minimum(place.astype(np.int64), MONTHS - 1)
        row = np.arange(len(person))
        result: Floats = cumulative[row, low] + (place - low) * (
            cumulative[row, low + 1] - cumulative[row, low]
        )
        return result

    return up_to(np.maximum(end, begin)) - up_to(begin)


def managed(chunk: Chunk) -> pa.Table:
    """One row per managed person: the true effect, what was prevented, and rates before and since the first day."""
    found, windows, stop = chunk.found, chunk.windows, chunk.frame.end + 1
    person = np.unique(windows.person[windows.start < stop])
    first = np.full(chunk.people.size, NEVER, dtype=np.int64)
    np.minimum.at(first, windows.person, windows.start)
    first = first[person]
    in_window = windows.covers(found.link_person, chunk.cases.link_day, chunk.people.size)
    thinned = in_window & (found.link_thin < chunk.effect[found.link_person])
    free = ~inside(chunk.prison, chunk.actual.prison_happens, found.link_person, chunk.cases.link_day)
    free &= chunk.cases.link_day < chunk.people.death[found.link_person]
    size = chunk.people.size

    def number(rows: Bools) -> Ints:
        return np.bincount(found.link_person[rows], minlength=size)[person]

    until = np.minimum(chunk.people.death[person], stop)
    return pa.table(
        {
            "person_id": person_ids(chunk, person),
            "nominal_id": nominal_ids(chunk, chunk.nominals.primary[person]),
            "effect": chunk.effect[person],
            "first_managed": dates(where(first < -30_000, NULL, first)),
            "candidate_links_while_managed": number(in_window & free),
            "prevented_links": number(thinned & free),
            "links_while_managed": number(in_window & chunk.actual.link_happens),
            "links_without_management": number(in_window & chunk.unmanaged.link_happens),
            "expected_own_offences_year_before": expected(chunk, person, first - 365, first),
            "expected_own_offences_since": expected(chunk, person, first, until),
            "days_since": np.maximum(until - np.maximum(first, chunk.frame.start), 0),
            "days_inside_year_before": days_inside(
                chunk.prison, chunk.actual.prison_happens, person, first - 365, first
            ),
            "days_inside_since": days_inside(chunk.prison, chunk.actual.prison_happens, person, first, until),
        }
    )


def _windows(chunk: Chunk, load: Caseload) -> pa.Table:
    """Every spell and registration with the person it is really about, however it is identified in the extract."""
    listed = chunk.registrations
    person = np.concatenate([load.person, listed.person])
    begin = np.concatenate([load.adopted, listed.start])
    end = np.concatenate([load.end, listed.end])
    cohort = np.concatenate([load.cohort, np.full(len(listed.person), COHORTS.index("visor"))])
    pathway = np.concatenate([load.pathway, np.full(len(listed.person), PATHWAYS.index("mappa"))])
    ids = pa.chunked_array(
        [
            spell_ids(chunk, len(load.person)),
            identifiers("VS", chunk.frame.number * 10_000 + 1 + np.arange(len(listed.person)), 6),
        ]
    )
    source = np.repeat([0, 1], [len(load.person), len(listed.person)])
    return pa.table(
        {
            "source": words(["idiom", "visor_summary"], source),
            "record_id": ids,
            "person_id": person_ids(chunk, person),
            "nominal_id": nominal_ids(chunk, chunk.nominals.primary[person]),
            "cohort": words(COHORTS, cohort),
            "pathway": words(PATHWAYS, pathway),
            "start_date": dates(begin),
            "end_date": dates(where(end > chunk.frame.end, NULL, end)),
        }
    )


def _duplicates(chunk: Chunk) -> pa.Table:
    """Every further record of a person, with the person's first record and whether a merge was delivered."""
    held = chunk.nominals
    rows = np.flatnonzero(held.is_duplicate)
    merged = held.merge_day[rows] <= chunk.frame.end
    return pa.table(
        {
            "nominal_id": nominal_ids(chunk, rows),
            "person_id": person_ids(chunk, held.person[rows]),
            "first_nominal_id": nominal_ids(chunk, held.primary[held.person[rows]]),
            "is_merged": flags(merged),
            "merge_date": dates(where(merged, held.merge_day[rows], NULL)),
        }
    )
