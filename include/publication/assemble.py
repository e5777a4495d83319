"""Put a release together in the folder of its build, where no reader looks.

What was made in this run is copied, never linked: a file that shares its bytes with a working copy would change
under its readers the day that copy is opened for writing. What was carried over from the release in force is sealed
already, and gets another name.
"""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from include.errors import IntegrityError
from include.files import fsync_dir, fsync_file, link_sealed, private_dir, sha256_file, write_durably
from include.publication.hashes import ModelHash, hash_warehouse, published_models
from include.publication.release import FileHash, remove_tree
from include.quality.verdict import Verdict
from include.warehouse.stores import open_store, parquet_options, parquet_rows, text_literal
from reports.tables import Column, csv_text

WAREHOUSE = "warehouse.duckdb"


def assemble(
    folder: Path,
    warehouse: Path,
    pages: Path,
    verdict: Verdict,
    grains: dict[str, list[str]],
    threads: int | None = None,
) -> list[ModelHash]:
    """Fill ``folder`` with everything but ``release.json``, and return the hash of each model.

    Args:
        folder: Made anew; what a run that was killed left there goes.
        warehouse: The checked file; its bytes must be those that the verdict names.
        pages: The rendered reports.
        verdict: Goes into ``quality/``.
        grains: Columns that order each model.
        threads: For DuckDB.

    Raises:
        IntegrityError: The copy is not the file that was checked, or counts differ.
    """
    remove_tree(folder)
    private_dir(folder)
    copy = _copy_warehouse(warehouse, folder / WAREHOUSE, verdict.warehouse_sha256)
    models = hash_warehouse(copy, grains, threads)
    _export_parquet(copy, private_dir(folder / "parquet"), models, threads)
    shutil.copytree(pages, folder / "reports", symlinks=False, copy_function=_copy_page, dirs_exist_ok=True)
    quality = private_dir(folder / "quality")
    write_durably(quality / "verdict.json", verdict.model_dump_json(indent=1) + "\n")
    write_durably(quality / "checks.csv", _checks_csv(verdict))
    return models


def _copy_page(source: str, target: str) -> str:
    is_sealed = not Path(source).stat().st_mode & stat.S_IWUSR
    (link_sealed if is_sealed else shutil.copy2)(Path(source), Path(target))
    return target


def _copy_warehouse(source: Path, target: Path, expected: str) -> Path:
    if source.with_name(source.name + ".wal").exists():
        raise IntegrityError(
            f"{source.name} has a write-ahead log beside it: it was not closed.", "Start the run again."
        )
    shutil.copyfile(source, target)
    if sha256_file(target) != expected:
        raise IntegrityError(
            "The warehouse file is not the one that the gate has checked.",
            "Run the gate again on this build, and find out who wrote to it.",
        )
    return target


def _export_parquet(warehouse: Path, folder: Path, models: list[ModelHash], threads: int | None) -> None:
    with open_store(warehouse, threads=threads) as connection:
        stated = {model.model: model.rows for model in models}
        for schema, name in published_models(connection):
            path = folder / f"{schema}.{name}.parquet"
            connection.execute(f'copy "{schema}"."{name}" to {text_literal(str(path))} {parquet_options()}')
            written = parquet_rows(path)
            if written != stated[f"{schema}.{name}"]:
                raise IntegrityError(
                    f"{path.name} holds {written} rows, {schema}.{name} {stated[f'{schema}.{name}']}.",
                    "Start the run again; if it happens twice, check the disk.",
                )


def _checks_csv(verdict: Verdict) -> str:
    columns = tuple(Column(name, name) for name in ("kind", "name", "status", "detail", "remedy"))
    return csv_text(columns, [(c.kind, c.name, c.status, c.detail, c.remedy) for c in verdict.checks])


def hash_files(folder: Path) -> list[FileHash]:
    """Return size and SHA-256 of every file below a folder, by path.

    Raises:
        IntegrityError: There is something that is neither a file nor a folder.
    """
    hashes = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise IntegrityError(
                f"{path.name} in a release is neither a file nor a folder.", "Start the run again."
            )
        if path.is_file():
            hashes.append(
                FileHash(
                    path=path.relative_to(folder).as_posix(),
                    bytes=path.stat().st_size,
                    sha256=sha256_file(path),
                )
            )
    return hashes


def sync_tree(folder: Path) -> None:
    """Flush every file below a folder, then every folder from the leaves up: only then may it be named."""
    folders = [folder]
    for path in folder.rglob("*"):
        if path.is_dir():
            folders.append(path)
        else:
            if path.stat().st_nlink == 1:  # what a sealed release shares stays sealed
                path.chmod(0o600)
            fsync_file(path)
    for path in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        path.chmod(0o700)
        fsync_dir(path)


def rename_into(source: Path, target: Path) -> None:
    """Move a folder in one rename and flush both parents.

    Raises:
        IntegrityError: The two are on different file systems, where no rename is atomic.
    """
    if os.stat(source).st_dev != os.stat(private_dir(target.parent)).st_dev:  # noqa: PTH116
        raise IntegrityError(
            "work/ and published/ are on different file systems.",
            "Put the whole data directory (HHW_DATA_DIR) on one: a release is moved in one rename.",
        )
    source.rename(target)
    fsync_dir(target.parent)
    fsync_dir(source.parent)
