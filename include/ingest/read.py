"""Read the files of a verified delivery, each by its format, and report every fault of all of them."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from include.encryption import active_keys
from include.errors import UsageError
from include.files import private_dir, sha256_file
from include.ingest.faults import DeliveryFaultError, Fault, refuse
from include.ingest.manifest import ListedFile, Manifest
from include.ingest.read_csv import read_csv
from include.ingest.read_parquet import read_parquet
from include.ingest.table import FileTable
from include.sealed import memory_folder
from include.settings import Settings

_UNITS = {
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}


@contextlib.contextmanager
def scratch_folder(settings: Settings) -> Iterator[Path]:
    """Give a private folder to work in, emptied before and after: only the holder of the run lock uses it.

    With encryption at rest it lies in memory: what a reader puts there is not encrypted.
    """
    if active_keys() is not None:
        with memory_folder() as folder:
            yield folder
        return
    folder = spill_folder(settings)
    shutil.rmtree(folder, ignore_errors=True)
    private_dir(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def spill_folder(settings: Settings) -> Path:
    """Return where DuckDB may put down what does not fit into memory; encrypted where the profile is on."""
    return settings.work_dir / ".ingest"


def read_files(folder: Path, manifest: Manifest, scratch: Path, settings: Settings) -> dict[str, FileTable]:
    """Read every file of a delivery.

    Args:
        folder: Where the delivery lies, in the data directory.
        manifest: Its manifest.
        scratch: A private folder to work in.
        settings: For the memory that a Parquet reader may use.

    Returns:
        The files by entity.

    Raises:
        DeliveryFaultError: With the faults of all files.
    """
    tables: dict[str, FileTable] = {}
    faults: list[Fault] = []
    is_delta = manifest.is_delta
    by_size = sorted(manifest.files, key=lambda file: (folder / file.name).stat().st_size, reverse=True)
    with _imported_beside(), ThreadPoolExecutor(settings.threads, "read-csv") as pool:
        csv = {f.name: pool.submit(_read_csv, folder, f, is_delta) for f in by_size if _is_csv(f)}
        for listed in manifest.files:
            try:  # Parquet is read by a process of its own, which this thread starts and waits for
                table = (
                    csv[listed.name].result()
                    if _is_csv(listed)
                    else _read_parquet(folder, listed, is_delta, scratch, settings)
                )
            except DeliveryFaultError as error:
                faults += error.faults
                continue
            if table.rows != listed.rows:
                detail = f"manifest {listed.rows}, file {table.rows}; an unbalanced quote swallows rows, too"
                faults.append(Fault("row_count", listed.name, detail=detail))
            tables[listed.entity.name] = table
    if faults:
        raise DeliveryFaultError(faults)
    return tables


@contextlib.contextmanager
def _imported_beside() -> Iterator[None]:
    """Import, while a child reads, what DuckDB imports when it is lent a table of Arrow's: pandas comes with it.

    It takes most of a second, once in a process.
    """
    thread = threading.Thread(target=import_module, args=("pyarrow.dataset",))
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _is_csv(listed: ListedFile) -> bool:
    return listed.name.endswith(".csv")


def _read_csv(folder: Path, listed: ListedFile, is_delta: bool) -> FileTable:
    return read_csv(folder / listed.name, listed.entity, is_delta, listed.sha256)


def _read_parquet(
    folder: Path, listed: ListedFile, is_delta: bool, scratch: Path, settings: Settings
) -> FileTable:
    path = folder / listed.name
    if sha256_file(path) != listed.sha256:
        raise refuse("changed_while_read", listed.name)
    memory = memory_bytes(settings.memory_limit)
    return read_parquet(path, listed.entity, is_delta, listed.rows, scratch, memory)


def memory_bytes(text: str) -> int:
    """Read a size like ``8GB``, as DuckDB writes it.

    Raises:
        UsageError: It is not one.
    """
    number = text.strip().upper().rstrip("BIKMGT").strip()
    unit = text.strip().upper()[len(number) :].strip()
    try:
        return int(float(number) * _UNITS[unit])
    except (KeyError, ValueError) as error:
        raise UsageError(f"memory_limit {text!r} is not a size.", "Write it like 8GB.") from error
