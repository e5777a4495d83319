"""A whole run under a key, and then every byte of the data directory: nobody is to be read who was delivered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from include import sealed
from include.encryption import VARIABLE, make_key_file
from include.ingest import ingest_all
from include.opened import REPORTS, open_copy
from include.pipeline import open_run, run_steps
from include.publication.verify import verify_all
from include.runs import Outcome, RunRequest
from include.settings import Settings, get_settings
from include.warehouse.stores import open_store
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
        for path in sorted(self.settings.data_dir.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(self.settings.data_dir).as_posix(), path.read_bytes()


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
    found = {name for name, content in run.files() if any(text in content for text in WANTED)}
    assert any(name.startswith("landing/") for name in found), "the search must find what is there"
    assert {name for name in found if not name.startswith("landing/")} == set()


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
    with open_store(run.settings.published_dir / "current" / "warehouse.duckdb") as store:
        names = store.execute("select distinct surname from marts.dim_nominals").fetchall()
    assert (CANARY,) in names
    open_copy(run.settings, REPORTS, tmp_path / "copy")
    assert CANARY in (tmp_path / "copy" / "ranking.html").read_text()


def test_verification_needs_no_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    plain = Settings(data_dir=run.settings.data_dir)
    assert plain.encryption_key_file is None
    assert verify_all(plain).files > 50
