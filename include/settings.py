"""Every setting of an installation, read once from ``HHW_*`` environment variables.

What belongs here: where things are and how this installation behaves. What does not: anything that
moves a rank or a published number; those are in ``dbt_project/seeds/algorithm_parameters.csv``.
"""

from __future__ import annotations

import difflib
import functools
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from include.contract import SOURCES
from include.errors import UsageError

REPOSITORY = Path(__file__).resolve().parent.parent
_PREFIX = "HHW_"
_MEMORY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[MGT](?:i?B)?\s*", re.IGNORECASE | re.ASCII)
# Named like settings, and none of an installation's: what a run tells its own processes, what docker-compose.yml and
# deploy/ take from .env, and what tests are given.
_NO_SETTINGS = frozenset(
    f"{_PREFIX}{name}"
    for name in (
        *("RUN", "SCRATCH_DATABASE", "DBT_THREADS", "FAIL_AT"),
        *("HOME", "ADDRESS", "AIRFLOW_URL", "IMAGE", "POSTGRES_IMAGE", "WEB_IMAGE"),
        *("SCHEDULER_MEMORY", "OPEN_MEMORY"),
        *("FAULTS", "KILLS", "ALL_SCENARIOS"),
    )
)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


class Settings(BaseSettings):
    """Settings of this installation (environment prefix ``HHW_``)."""

    # an empty variable is a variable not set: as a path it would be the current folder
    model_config = SettingsConfigDict(env_prefix="HHW_", env_ignore_empty=True, extra="ignore")

    data_dir: Path = Field(default=REPOSITORY / "data", description="Where all state is kept.")
    landing: Path | None = Field(
        default=None, description="A folder of deliveries to take in; read only, never changed."
    )
    seeds_dir: Path = Field(
        default=REPOSITORY / "dbt_project" / "seeds", description="Reference values (dbt seeds)."
    )
    force_name: str = Field(default="Synthetic force", description="Printed on every page.")
    marking: str = Field(default="OFFICIAL-SENSITIVE", description="Security marking of every artefact.")
    threads: int = Field(default=2, ge=1, description="Threads of dbt and DuckDB.")
    memory_limit: str = Field(default="8GB", description="DuckDB memory limit.")
    spark_memory: str = Field(default="4g", description="Heap of Spark's driver, as Java writes it.")
    spark_master: str = Field(
        default="", description="The cluster that Spark builds on; empty: this machine."
    )
    waiting_hours: int = Field(
        default=24, ge=1, description="A folder without manifest older than this is named."
    )
    max_bad_rows: int = Field(default=5, ge=0, description="Bad rows of a file that never block.")
    max_bad_share: float = Field(default=0.01, ge=0, le=1, description="Share of bad rows that still passes.")
    min_volume_share: float = Field(
        default=0.80, ge=0, le=1, description="Rows against the last full delivery that still pass."
    )
    min_volume_rows: int = Field(
        default=100, ge=0, description="The volume rule looks at files that had this many rows."
    )
    min_free_mb: int = Field(
        default=200, ge=0, description="Megabytes that must stay free beside what the work needs."
    )
    min_free_files: int = Field(
        default=1_000, ge=0, description="Files for which there must be room (inodes)."
    )
    max_age_days: int = Field(default=16, ge=1, description="A published version older than this is stale.")
    keep_releases: int = Field(
        default=12, ge=2, description="Releases that retention keeps, beside pinned ones."
    )

    profile: Literal["development", "production"] = Field(
        default="development",
        description="production: Airflow runs as a service, so that a silent one is itself an alert.",
    )
    secrets_dir: Path = Field(default=Path("/run/secrets"), description="Secrets as files, of the services.")
    airflow_home: Path | None = Field(
        default=None, description="Airflow's own files; default airflow/ in the data directory."
    )

    board_name: str = Field(
        default="Strategic Policing and Crime Board", description="The board that the pack goes to."
    )
    board_threshold: int = Field(
        default=5, ge=3, description="Counts under it are withheld in the pack; 10 for what leaves the force."
    )
    board_rounding: int = Field(
        default=5, ge=1, description="Counts of groups are rounded to it in the pack; 1: not."
    )
    board_total_rounding: int = Field(default=1, ge=1, description="The same for counts of the whole unit.")
    board_text_folder: Path | None = Field(
        default=None, description="Markdown files that stand in for those of reports/board/text."
    )
    absent_sources: str = Field(
        default="",
        description="Sources that this force does not have, with commas between: that nothing came is no alert.",
    )
    approvers: str = Field(
        default="",
        description="Who may approve a board pack: user ids of Airflow, or names, with commas between.",
    )
    approval_days: int = Field(
        default=14, ge=1, description="Days that a board pack waits for a decision; then the run has failed."
    )

    parsed_dir: Path | None = Field(
        default=None, description="Where dbt's parse of the project is kept between builds; default in work/."
    )

    pseudonym_key_file: Path | None = Field(
        default=None, description="Key of keyed hashes; keep it apart from the data. Default: in state/."
    )

    encryption_key_file: Path | None = Field(
        default=None,
        description="Key of encryption at rest, outside the data directory. Not set: not encrypted.",
    )

    consultations_log: Path | None = Field(
        default=None, description="Access log of the web server, taken over into the audit log every day."
    )

    review_groups_file: Path = Field(
        default=REPOSITORY / "include" / "erasure" / "review_groups.csv",
        description="Review groups and their periods, as the force has confirmed them.",
    )

    @field_validator("memory_limit")
    @classmethod
    def _is_memory(cls, value: str) -> str:
        found = _MEMORY.fullmatch(value)
        if found is None or not float(found[1]):
            raise ValueError("must be a number with MB, GB or TB, as in 8GB")
        return value

    @field_validator("absent_sources")
    @classmethod
    def _are_sources(cls, value: str) -> str:
        if unknown := [name for name in _listed(value) if name not in SOURCES]:
            raise ValueError(f"{', '.join(unknown)}: must be of {', '.join(SOURCES)}")
        return value

    @property
    def absent_source_names(self) -> tuple[str, ...]:
        """Sources of which nothing is expected."""
        return _listed(self.absent_sources)

    @property
    def approver_names(self) -> tuple[str, ...]:
        """Those who may approve a board pack."""
        return _listed(self.approvers)

    @property
    def landing_dir(self) -> Path:
        """Deliveries taken into the data directory."""
        return self.data_dir / "landing"

    @property
    def quarantine_dir(self) -> Path:
        """Refused deliveries and rows, with the reasons."""
        return self.data_dir / "quarantine"

    @property
    def bronze_dir(self) -> Path:
        """Immutable typed Parquet, one file per accepted file."""
        return self.data_dir / "bronze"

    @property
    def history_dir(self) -> Path:
        """Lists as published for their own date, written once."""
        return self.data_dir / "history"

    @property
    def state_dir(self) -> Path:
        """Ledger, audit log, run records and the run lock."""
        return self.data_dir / "state"

    @property
    def work_dir(self) -> Path:
        """Builds under way; nothing here is ever read by a reader."""
        return self.data_dir / "work"

    @property
    def published_dir(self) -> Path:
        """Releases and the link to the one in force."""
        return self.data_dir / "published"


@functools.cache
def get_settings() -> Settings:
    """Return the settings, read once per process.

    Raises:
        UsageError: A variable has a value that cannot be used, or a name that nobody reads.
    """
    refuse_unknown(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        known = Settings.model_fields[field]
        raise UsageError(
            f"{_PREFIX}{field.upper()} {first['input']!r} cannot be used: "
            f"{first['msg'].removeprefix('Value error, ')}.",
            f"{known.description} Set it so, or unset it: then it is {known.default}.",
        ) from error


def refuse_unknown(names: Iterable[str]) -> None:
    """Refuse a variable that begins like ours and is none: a typing error would switch nothing on, in silence.

    Raises:
        UsageError: Names the variable, and the one that was meant.
    """
    known = known_names()
    for name in sorted(names):
        if name.upper().startswith(_PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            meant = f"Was {near[0]} meant? " if near else ""
            raise UsageError(
                f"{name} is no setting of this warehouse.",
                f"{meant}Correct or unset it; include/settings.py describes every setting.",
            )


def known_names() -> frozenset[str]:
    """Return every name that a variable of ours may have."""
    from include.monitoring.channels import NotifySettings

    notify = {
        str(field.validation_alias or f"{NotifySettings.model_config['env_prefix']}{name}").upper()
        for name, field in NotifySettings.model_fields.items()
    }
    return _NO_SETTINGS | notify | {f"{_PREFIX}{name}".upper() for name in Settings.model_fields}
