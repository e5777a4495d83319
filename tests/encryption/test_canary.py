"""A whole run under a key, and then every byte of the data directory: nobody is to be read who was delivered.

Then what a year brings, on the same data directory and in the order of this file: a decision on the board pack, a
backup that comes back elsewhere, and a person who is erased.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from include import sealed
from include.backup import make_backup, restore_backup
from include.encryption import VARIABLE, make_key_file
from include.erasure.erase import erase
from include.ingest import ingest_all
from include.opened import REPORTS, open_copy
from include.pipeline import open_run, run_steps
from include.publication.approve import decide
from include.publication.release import release_in_force
from include.publication.verify import verify_all
from include.runs import Outcome, RunRequest
from include.settings import Settings, get_settings
from include.warehouse.stores import memory_store, open_store, parquet_scan
from tests.erasure.test_erase import CANARY, TWELVE, _edit

pytestmark = pytest.mark.slow
PEOPLE = tuple(f"N00{number:02}" for number in range(1, 13))
WANTED = tuple(text.encode() for text in (CANARY, "Sample2", "Sample11", "1991/0004001H", *PEOPLE))
# Compressed or not, these could be read by anybody who has them: outside landing there must be none.
OPEN_FORMATS = {b"PAR1": "Parquet", b"PK\x03\x04": "zip or workbook", b"%PDF": "PDF", b"\x1f\x8b": "gzip"}


class Run:
    """One run with pages in a memory that the test looks into, and no other release before."""

    def __init__(self, folder: Path) -> None:
        self.settings = get_settings()
        self.landing = folder / "landing"
        shutil.copytree(TWELVE, self.landing)
        for name in ("Sample12,Person", "Sample1,Person"):
            _edit(self.landing / "police_records" / "20260920", "nominals.csv", (name, f"{CANARY},Person"))
        ingest_all(self.settings, self.landing)
        request = RunRequest(run_dates="2026-09-06,2026-09-20")
        self.outcome = run_steps(self.settings, open_run(self.settings, request, key="first"))

    def files(self) -> Iterator[tuple[str, bytes]]:
        return _files(self.settings.data_dir)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _naming(folder: Path, wanted: tuple[bytes, ...] = WANTED) -> set[str]:
    """Return the top folders of the files that name somebody, as a stranger finds them."""
    return {name.split("/")[0] for name, content in _files(folder) if any(text in content for text in wanted)}


def _decoded(settings: Settings, copy: Path) -> dict[str, str]:
    """Return what who has the key can read, by store: Parquet, databases and the pages in force."""
    found = dict.fromkeys(("parquet", "database", "page"), "")
    with memory_store() as store:
        for path in settings.data_dir.rglob("*.parquet"):
            found["parquet"] += str(store.execute(f"from {parquet_scan([path])}").fetchall())
    for path in settings.data_dir.rglob("*.duckdb"):
        with open_store(path) as store:
            tables = store.execute(
                "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
            ).fetchall()
            found["database"] += str(
                [store.execute(f'from "{one}"."{two}"').fetchall() for one, two in tables]
            )
    open_copy(settings, REPORTS, copy)
    found["page"] = "".join(path.read_text() for path in copy.rglob("*") if path.suffix in {".html", ".csv"})
    return found


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("encrypted")
    make_key_file(folder / "key")
    (folder / "memory").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HHW_DATA_DIR", str(folder / "data"))
        patch.setenv(VARIABLE, str(folder / "key"))
        patch.setattr(sealed, "MEMORY", folder / "memory")
        get_settings.cache_clear()
        yield Run(folder)
    get_settings.cache_clear()


def test_the_run_is_published(run: Run) -> None:
    assert run.outcome is Outcome.PUBLISHED


def test_nobody_is_named_outside_the_deliveries_as_they_came(run: Run) -> None:
    assert _naming(run.settings.data_dir) == {"landing"}, "there it stands, and nowhere else"


def test_no_store_is_open_to_who_has_it(run: Run) -> None:
    kinds = {
        name: kind
        for name, content in run.files()
        for magic, kind in OPEN_FORMATS.items()
        if content.startswith(magic) and not name.startswith("landing/")
    }
    assert kinds == {}
    stores = [path for path in run.settings.data_dir.rglob("*.duckdb")]
    assert stores, "the release has a warehouse"
    for path in stores:
        with pytest.raises(duckdb.CatalogException, match="without a key"):
            duckdb.connect(str(path), read_only=True)
    names = [name for name, _ in run.files()]
    for store in ("bronze/", "history/", "published/"):
        assert any(name.startswith(store) and name.endswith(".parquet") for name in names), store
    assert any(
        name.endswith("reports/csv/OFFICIAL-SENSITIVE_ranking.csv") or "/csv/" in name for name in names
    )


def test_nothing_is_left_in_memory(run: Run) -> None:
    assert list(sealed.MEMORY.iterdir()) == []


def test_with_the_key_all_of_it_is_there(run: Run, tmp_path: Path) -> None:
    assert [
        kind for kind, text in _decoded(run.settings, tmp_path / "copy").items() if CANARY not in text
    ] == []


def test_verification_needs_no_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    plain = Settings(data_dir=run.settings.data_dir)
    assert plain.encryption_key_file is None
    assert verify_all(plain).files > 50


def test_a_named_person_decides_under_the_key(run: Run, tmp_path: Path) -> None:
    release, is_new = decide(run.settings, "Superintendent Okoye", is_approved=True)
    assert is_new
    assert verify_all(run.settings).release_in_force == release.release_id
    open_copy(run.settings, REPORTS, tmp_path / "copy")
    assert "approved by Superintendent Okoye" in (tmp_path / "copy" / "board_pack.html").read_text()
    assert _naming(run.settings.data_dir) == {"landing"}


def test_a_backup_is_as_closed_and_comes_back(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = make_backup(run.settings, tmp_path / "backups").folder
    assert _naming(backup) == {"landing"}
    monkeypatch.setenv("HHW_DATA_DIR", str(tmp_path / "restored"))
    get_settings.cache_clear()
    try:
        restored = get_settings()
        restore_backup(restored, backup)
        assert verify_all(restored).release_in_force == release_in_force(run.settings)
        assert [k for k, text in _decoded(restored, tmp_path / "copy").items() if CANARY not in text] == []
    finally:
        get_settings.cache_clear()


def test_who_is_erased_is_gone_with_the_key_and_without(run: Run, tmp_path: Path) -> None:
    erase(run.settings, "N0012", "DPA-2026-17")
    assert _naming(run.settings.data_dir, (CANARY.encode(),)) == set()
    read = _decoded(run.settings, tmp_path / "copy")
    assert [kind for kind, text in read.items() if "Sample2" not in text] == [], "the others are there"
    assert [kind for kind, text in read.items() if CANARY in text] == []
    assert _naming(run.settings.data_dir) == {"landing"}
    assert verify_all(run.settings).files > 50
