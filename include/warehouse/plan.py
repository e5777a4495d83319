"""The plan of a run: everything that its result depends on, decided before any work and written down.

Two runs with the same plan give the same content hashes; ``release_id`` is a function of the plan alone.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from include.contract import SOURCES
from include.errors import InputError, UsageError
from include.files import write_durably
from include.identity.decisions import decisions_in_force
from include.ledger import AppliedDelivery, DeliveryRecord, Ledger
from include.settings import REPOSITORY, Settings
from include.warehouse.parameters import Value, algorithm_version, read_parameters, seeds_hash
from include.warehouse.run_dates import RunDate, choose_run_dates, unscheduled_warnings
from reports.outputs import Cadence, inputs_of_pack

# What the published numbers are computed by. Pages and DAGs are in it too: a release says which code made it.
_CODE = (
    "include",
    "reports",
    "dags",
    "expectations",
    "dbt_project/models",
    "dbt_project/macros",
    "dbt_project/tests",
)
_CODE_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".json", ".jinja", ".j2", ".html", ".css", ".js", ".md"}


class DeliveryInEffect(BaseModel):
    """A delivery that this run sees.

    Attributes:
        identity: Hash of source, id, mode, extract date and the files as delivered.
        bronze: Bronze file by entity, relative to the data directory.
        checksums: SHA-256 of the bronze files, by entity.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    delivery_id: str
    mode: str
    extract_date: date
    identity: str
    bronze: dict[str, str]
    checksums: dict[str, str]


class RunPlan(BaseModel):
    """What a run will compute, from what, and with which parameters."""

    model_config = ConfigDict(frozen=True)

    as_at: date
    run_dates: list[RunDate]
    deliveries: list[DeliveryInEffect]
    warnings: list[str]
    parameters: dict[str, Value]
    algorithm_version: str
    code_version: str
    inputs_hash: str
    release_id: str
    base_release: str | None

    @property
    def build_id(self) -> str:
        """Name of the build's folder in the work directory."""
        return self.release_id

    def extract_dates(self) -> dict[str, date]:
        """Latest extract date in effect, by source."""
        return {delivery.source: delivery.extract_date for delivery in self.deliveries}

    def save(self, settings: Settings) -> Path:
        """Write the plan into its build folder."""
        return write_durably(settings.work_dir / self.build_id / "plan.json", self.model_dump_json(indent=1))

    @classmethod
    def load(cls, settings: Settings, build_id: str) -> RunPlan:
        """Read the plan of a build."""
        return cls.model_validate_json(
            (settings.work_dir / build_id / "plan.json").read_text(encoding="utf-8")
        )


def make_plan(
    settings: Settings,
    as_at: date | None = None,
    run_dates: Sequence[date] | None = None,
    cadence: Cadence = Cadence.FORTNIGHTLY,
) -> RunPlan:
    """Plan a run from what the ledger says has been taken in.

    Args:
        settings: The installation.
        as_at: Date of the run; default the earliest of the sources' latest extract dates.
        run_dates: Dates given by name, in place of the fortnightly grid.
        cadence: Which outputs are due: a release of other pages on the same figures is another release.

    Raises:
        InputError: Nothing usable has been taken in.
        UsageError: A date that cannot be used.
    """
    applied = Ledger(settings.state_dir).applied()
    latest = {
        source: max(d.extract_date for d in applied if d.source == source)
        for source in {d.source for d in applied}
    }
    if "police_records" not in latest:
        raise InputError(
            "No delivery of police_records has been taken in, so nobody can be ranked",
            "Deliver police_records (docs/deliveries.md); `hhw status` lists what was refused and why.",
        )
    as_at = as_at or min(day for source, day in latest.items() if not SOURCES[source].optional)
    _refuse_a_day_to_come(as_at, latest.values())
    parameters = read_parameters(settings.seeds_dir)
    dates = choose_run_dates(as_at, run_dates, parameters)
    warnings = unscheduled_warnings(as_at, run_dates, parameters)
    deliveries: list[DeliveryInEffect] = []
    for source in SOURCES:
        chosen, notes = _in_effect([d for d in applied if d.source == source], source, as_at)
        deliveries += chosen
        warnings += notes
    version, code = algorithm_version(settings.seeds_dir), code_version()
    inputs = _inputs_hash(settings, as_at, dates, deliveries, code)
    return RunPlan(
        as_at=as_at,
        run_dates=dates,
        deliveries=deliveries,
        warnings=warnings,
        parameters=parameters,
        algorithm_version=version,
        code_version=code,
        inputs_hash=inputs,
        release_id=_release_id(as_at, inputs_of_pack(inputs, settings.board_text_folder), cadence),
        base_release=_current_release(settings),
    )


def _refuse_a_day_to_come(as_at: date, extracts: Collection[date]) -> None:
    """Refuse figures of a day that nobody has seen: they would stand in the history as that day's list.

    Raises:
        UsageError: The day is later than this machine's clock says (time zones aside), and than any extract.
    """
    known = max(datetime.now(UTC).date() + timedelta(days=1), *extracts)
    if as_at > known:
        raise UsageError(
            f"as_at {as_at} is a day to come: nothing is known of it",
            "Name a date up to today, or none: then it is that of the extracts.",
        )


def _release_id(as_at: date, inputs_hash: str, cadence: Cadence) -> str:
    digest = inputs_hash
    if cadence is not Cadence.FORTNIGHTLY:
        digest = hashlib.sha256(f"{inputs_hash}/{cadence}".encode()).hexdigest()
    return f"{as_at:%Y%m%d}-{digest[:8]}"


def _in_effect(
    applied: list[AppliedDelivery], source: str, as_at: date
) -> tuple[list[DeliveryInEffect], list[str]]:
    is_optional = SOURCES[source].optional
    if not applied:
        if is_optional:
            return [], []
        return [], [f"{source}: no delivery has been taken in; everything that rests on it is empty"]
    warnings: list[str] = []
    seen = [delivery for delivery in applied if delivery.extract_date <= as_at]
    if not seen:
        first_full = next(delivery for delivery in applied if delivery.mode == "full")
        seen = [first_full]
        warnings.append(
            f"{source}: no delivery of {as_at} or before; the first one ({first_full.delivery_id}, extract date "
            f"{first_full.extract_date}) is cut by dates: facts without a date are as of then"
        )
    elif seen[-1].extract_date < as_at and not is_optional:
        warnings.append(
            f"{source}: the latest extract is of {seen[-1].extract_date}; nothing after it is known"
        )
    last_full = max(index for index, delivery in enumerate(seen) if delivery.mode == "full")
    return [_delivery(delivery) for delivery in seen[last_full:]], warnings


def _delivery(applied: AppliedDelivery) -> DeliveryInEffect:
    return DeliveryInEffect(
        source=applied.source,
        delivery_id=applied.delivery_id,
        mode=applied.mode,
        extract_date=applied.extract_date,
        identity=applied.identity,
        bronze={file.entity: file.bronze for file in applied.files if file.bronze},
        checksums={file.entity: file.bronze_sha256 for file in applied.files if file.bronze},
    )


def history_files(settings: Settings, as_at: date, kind: str = "rankings") -> list[Path]:
    """Return the published lists that this run knows of, or who was one person in them: of an earlier date."""
    folder = settings.history_dir / kind
    return sorted(path for path in folder.glob("*.parquet") if path.name[:10] < as_at.isoformat())


def known_deliveries(
    ledger: Ledger, as_at: date, in_effect: Sequence[DeliveryInEffect]
) -> list[DeliveryRecord]:
    """Return what came and became of it, as far as it is this run's business: one record a delivery and outcome.

    A delivery of a later extract date is left out, or an old run could not be repeated; so is the same delivery
    coming again, which changes nothing.
    """
    horizon = {source: as_at for source in SOURCES}
    for delivery in in_effect:
        horizon[delivery.source] = max(horizon[delivery.source], delivery.extract_date)
    records = {
        (record.source, record.delivery_id, record.status, record.reasons): record
        for record in ledger.deliveries()
        if record.status != "repeated"
        and (record.extract_date is None or record.extract_date <= horizon.get(record.source, as_at))
    }
    return list(records.values())


def _inputs_hash(
    settings: Settings, as_at: date, run_dates: list[RunDate], deliveries: list[DeliveryInEffect], code: str
) -> str:
    known = known_deliveries(Ledger(settings.state_dir), as_at, deliveries)
    inputs = {
        "identity_decisions": [
            (*one.case, one.decision, one.decided_on.isoformat())
            for one in decisions_in_force(settings, as_at)
        ],
        "as_at": as_at.isoformat(),
        "run_dates": [[day.date.isoformat(), day.is_scheduled] for day in run_dates],
        "deliveries": [
            delivery.model_dump(mode="json", exclude={"bronze", "checksums"}) for delivery in deliveries
        ],
        "known": sorted([r.source, r.delivery_id, r.status, *r.reasons] for r in known),
        "seeds": seeds_hash(settings.seeds_dir),
        "history": [path.name for path in history_files(settings, as_at)],
        "identity_history": [path.name for path in history_files(settings, as_at, "identity")],
        "code": code,
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


@functools.cache
def code_version() -> str:
    """Return the version of the code: the project's number and a hash of its sources. Needs no git."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((REPOSITORY / folder).rglob("*")):
            if path.suffix in _CODE_SUFFIXES and path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(REPOSITORY).as_posix().encode())
                digest.update(path.read_bytes())
    digest.update((REPOSITORY / "requirements.lock").read_bytes())
    return f"0.1.0+{digest.hexdigest()[:10]}"


def _current_release(settings: Settings) -> str | None:
    link = settings.published_dir / "current"
    return link.readlink().name if link.is_symlink() else None
