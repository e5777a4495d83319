"""Take one delivery through: look, copy in, verify, read, check, store, and apply it with one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from include import audit
from include.contract import SOURCES, rule
from include.contract.model import MANIFEST_NAME
from include.erasure.tombstones import Tombstones
from include.errors import IntegrityError
from include.failpoints import failpoint
from include.files import Flushing
from include.ingest import snapshot as snapshots
from include.ingest.check import check_delivery
from include.ingest.checking import Checking
from include.ingest.discover import DeliveryRef
from include.ingest.faults import DeliveryFaultError, Fault, condensed, printable
from include.ingest.limits import blocks
from include.ingest.manifest import Manifest, parse_manifest
from include.ingest.moves import Case, copy_in, keep, put_aside, take_in
from include.ingest.outcome import DeliveryOutcome, Status
from include.ingest.read import read_files, scratch_folder, spill_folder
from include.ingest.report import write_refusal, write_rows
from include.ingest.scrub import scrub_in_place, scrub_loose
from include.ingest.state import load_state
from include.ingest.store import Place, store_entities
from include.ingest.verify import folder_faults, is_unchanged_since, order_faults, read_manifest, standing
from include.ledger import AppliedDelivery, FileCounts, Ledger
from include.logs import get_logger
from include.settings import Settings
from include.warehouse.stores import memory_store, text_literal

_log = get_logger(__name__)


def deliver(settings: Settings, ref: DeliveryRef) -> DeliveryOutcome:
    """Take a complete delivery through. The caller holds the run lock.

    Killed at any point and started again, it ends in the same state: what it writes counts from the
    ledger's one ``applied`` line on, and not before.
    """
    Tombstones(settings).refuse_if_pending()
    ledger = Ledger(settings.state_dir)
    applied = ledger.applied(ref.source) if ref.source in SOURCES else []
    known = next((other for other in applied if other.delivery_id == ref.delivery_id), None)
    if known and _is_same_as(ref, known):
        return _outcome(ref, "repeated", delivery=known)
    try:
        with Flushing() as flushing:
            case = take_in(settings, ref, ledger, applied, flushing)
            try:
                return _decide(case)
            finally:
                if case.origin == "copy":
                    snapshots.remove(case.folder)
    except (OSError, MemoryError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        # the names of these errors are enough; their texts may quote what was being worked on
        reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise IntegrityError(
            f"{ref.label}: the ingest could not go on ({reason}); nothing of this delivery was applied.",
            "See to disk space, memory and rights of the data directory, then start again.",
        ) from error


def _is_same_as(ref: DeliveryRef, known: AppliedDelivery) -> bool:
    """Tell, without hashing its files again, whether a folder is a delivery that was applied.

    Untouched files alone do not say so: another folder of the same id, made earlier and with files of the same
    sizes, looks the same. Its manifest cannot have the same identity.
    """
    if not is_unchanged_since(ref.path, known.sizes, datetime.fromisoformat(known.looked_at)):
        return False
    try:
        content = (ref.path / MANIFEST_NAME).read_bytes()
        return known.is_identity(parse_manifest(content, ref.source, ref.delivery_id).identity)
    except (OSError, DeliveryFaultError):
        return False


def _decide(case: Case) -> DeliveryOutcome:
    try:
        manifest = read_manifest(case.folder, case.seen, case.ref.source, case.ref.delivery_id)
        place = standing(manifest, case.applied)
        faults = order_faults(manifest, case.applied) if place == "new" else []
        faults += folder_faults(manifest, case.seen)
        if faults:
            return _refused(case, [*faults, *_content_faults(case, manifest, faults)])
        take = {"repeated": _repeated, "superseded": _superseded, "new": _apply}[place]
        return take(case, manifest)
    except DeliveryFaultError as error:
        return _refused(case, error.faults)


def _content_faults(case: Case, manifest: Manifest, known: Sequence[Fault]) -> tuple[Fault, ...]:
    """Read what is sound of a delivery that is refused anyway, so that its sender hears of everything at once."""
    spoilt = {fault.file for fault in known}
    sound = tuple(file for file in manifest.files if file.name not in spoilt)
    with scratch_folder(case.settings) as scratch:
        try:
            read_files(case.folder, replace(manifest, files=sound), scratch, case.settings)
        except DeliveryFaultError as error:
            return error.faults
    return ()


def _apply(case: Case, manifest: Manifest) -> DeliveryOutcome:
    """Read, check and store a delivery, then apply it."""
    settings, source = case.settings, SOURCES[manifest.source]
    in_effect = case.ledger.in_effect(source.name) if manifest.is_delta else []
    came = manifest
    manifest = _without_the_erased(case, manifest)
    place = Place(settings, source.name, manifest.delivery_id)
    counts = store_delivery(settings, case.folder, manifest, in_effect)
    failpoint("ingest_bronze")
    keep(case)
    delivery = _delivery(case, manifest, counts)
    if manifest is not came:
        delivery = replace(delivery, was=(came.identity,))
    if delivery.blocks or any(item.faults or item.warnings for item in counts):
        write_rows(place.quarantine, delivery)
    # first the audit log: no work without it, and told twice after a crash is better than not at all
    _audit(settings, "collection", source.name, delivery.delivery_id, rows=sum(item.rows for item in counts))
    failpoint("ingest_before_applied")
    done = case.ledger.record_applied(delivery)
    failpoint("ingest_applied")
    _log.info("%s %s applied", done.source, done.delivery_id)
    return _outcome(case.ref, "applied", is_new=True, delivery=done)


def store_delivery(
    settings: Settings, folder: Path, manifest: Manifest, in_effect: Sequence[AppliedDelivery]
) -> tuple[FileCounts, ...]:
    """Read the files of a delivery, hold every row against the contract, and write bronze and what is put aside.

    Args:
        settings: Of this installation.
        folder: The delivery.
        manifest: Its manifest.
        in_effect: What makes the state before it; empty for a full delivery.
    """
    source = SOURCES[manifest.source]
    with scratch_folder(settings) as scratch:
        files = read_files(folder, manifest, scratch, settings)
        place = Place(settings, source.name, manifest.delivery_id)
        _clear(place)
        with memory_store(settings.threads) as connection:
            connection.execute(f"SET temp_directory = {text_literal(str(spill_folder(settings)))}")
            connection.execute(f"SET memory_limit = {text_literal(settings.memory_limit)}")
            checking = Checking(connection, source, manifest.is_delta, manifest.extract_date, files)
            load_state(connection, settings, source, in_effect)
            try:
                return store_entities(checking, place, check_delivery(checking))
            except DeliveryFaultError:
                _clear(place)  # what was written before it showed
                raise


def _without_the_erased(case: Case, manifest: Manifest) -> Manifest:
    """Take whoever was erased out of a delivery before it is read, so that nobody comes back."""
    stones = Tombstones(case.settings)
    if not stones:
        return manifest
    removed = scrub_in_place(case.settings, case.folder, manifest, stones)
    if not removed:
        return manifest
    case.seen, case.looked_at = snapshots.take(case.folder), datetime.now(UTC).isoformat()
    _audit(case.settings, "left_out", manifest.source, manifest.delivery_id, rows=sum(removed.values()))
    return read_manifest(case.folder, case.seen, manifest.source, manifest.delivery_id)


def _delivery(case: Case, manifest: Manifest, counts: tuple[FileCounts, ...]) -> AppliedDelivery:
    return AppliedDelivery(
        source=manifest.source,
        delivery_id=manifest.delivery_id,
        mode=manifest.mode,
        extract_date=manifest.extract_date,
        seq=0,
        at="",
        files=counts,
        blocks=blocks(case.settings, manifest.mode, counts, case.applied),
        warnings=_gone_files(manifest, counts, case.ledger.in_effect(manifest.source)),
        identity=manifest.identity,
        digest=case.seen.digest,
        sizes={item.name: item.size for item in case.seen.items},
        looked_at=case.looked_at,
    )


def _gone_files(
    manifest: Manifest, counts: Sequence[FileCounts], in_effect: Sequence[AppliedDelivery]
) -> tuple[str, ...]:
    """Tell of optional files that a full delivery left out although there were records of them."""
    if manifest.is_delta:
        return ()
    had = {item.entity for delivery in in_effect for item in delivery.files if item.loaded}
    told = rule("optional_file_gone")
    return tuple(
        f"{item.entity}: {told.sentence} {told.remedy} [{told.code}]"
        for item in counts
        if not item.file and item.entity in had
    )


def _clear(place: Place) -> None:
    """Remove what an earlier attempt left that was never applied."""
    snapshots.remove(place.quarantine)
    for path in place.settings.bronze_dir.glob(f"{place.source}/*/*{place.delivery_id}.parquet*"):
        if path.name.lstrip(".").removesuffix(".tmp") == f"{place.delivery_id}.parquet":
            path.unlink()


def _repeated(case: Case, manifest: Manifest) -> DeliveryOutcome:
    """Nothing to do. A repetition with other spacing in its manifest is noted, once."""
    known = next(other for other in case.applied if other.delivery_id == manifest.delivery_id)
    digests = {known.digest} | {
        record.digest for record in case.ledger.deliveries() if record.status == "repeated"
    }
    is_new = case.seen.digest not in digests
    if is_new:
        case.ledger.record_other(
            "repeated",
            manifest.source,
            manifest.delivery_id,
            digest=case.seen.digest,
            reasons=["The same delivery came again; nothing was changed."],
            mode=manifest.mode,
            extract_date=manifest.extract_date,
        )
    return _outcome(case.ref, "repeated", is_new=is_new, delivery=known)


def _superseded(case: Case, manifest: Manifest) -> DeliveryOutcome:
    """Store and tell of a delivery that sorts before the last applied one; it changes nothing."""
    ref, digest = case.ref, case.seen.digest
    is_new = not any(
        record.status == "superseded" and record.delivery_id == ref.delivery_id and record.digest == digest
        for record in case.ledger.deliveries()
        if record.source == ref.source
    )
    if is_new:
        _scrub_what_is_kept(case, manifest)
        if not _is_kept(case):
            keep(case)
        elif case.origin == "copy":
            put_aside(case)
        last = case.applied[-1].delivery_id
        case.ledger.record_other(
            "superseded",
            ref.source,
            ref.delivery_id,
            digest=digest,
            reasons=[f"It sorts before {last}, which was applied already; nothing was changed."],
            mode=manifest.mode,
            extract_date=manifest.extract_date,
        )
    return _outcome(ref, "superseded", is_new=is_new)


def _scrub_what_is_kept(case: Case, manifest: Manifest) -> None:
    """Take whoever was erased out of a delivery that is stored and never read; of one that cannot be read, by line."""
    try:
        _without_the_erased(case, manifest)
    except DeliveryFaultError:
        scrub_loose(case.folder, Tombstones(case.settings))


def _is_kept(case: Case) -> bool:
    """Tell whether a superseded delivery of this id is in landing by right; else what lies there a killed run left."""
    return any(
        record.status == "superseded" and record.delivery_id == case.ref.delivery_id
        for record in case.ledger.deliveries()
        if record.source == case.ref.source
    )


def _refused(case: Case, faults: Sequence[Fault]) -> DeliveryOutcome:
    """Refuse a delivery; found again with the same content and the same faults, nothing is written."""
    ref, settings = case.ref, case.settings
    faults = condensed(faults)
    digest = case.seen.digest
    reasons = [fault.sentence for fault in faults]
    source, delivery_id = printable(ref.source), printable(ref.delivery_id)
    last = next(
        (
            record
            for record in reversed(case.ledger.deliveries())
            if record.status == "refused" and (record.source, record.delivery_id) == (source, delivery_id)
        ),
        None,
    )
    is_new = last is None or last.digest != digest or list(last.reasons) != reasons
    if case.origin == "outside":  # it looked like one applied before, so it was not copied until now
        copy_in(case)
    folder = put_aside(case)
    if (stones := Tombstones(settings)) and folder.joinpath("delivery").is_dir():
        scrub_loose(folder / "delivery", stones)
    write_refusal(folder, source, delivery_id, faults)
    if is_new:
        relative = str(folder.relative_to(settings.data_dir))
        _audit(settings, "refusal", source, delivery_id, rules=sorted({fault.code for fault in faults}))
        case.ledger.record_other(
            "refused", source, delivery_id, digest=digest, reasons=reasons, quarantine=relative
        )
        _log.warning("%s %s refused", source, delivery_id)
    return _outcome(ref, "refused", is_new=is_new, faults=tuple(faults), quarantine=folder)


def _outcome(ref: DeliveryRef, status: Status, **more: Any) -> DeliveryOutcome:
    return DeliveryOutcome(printable(ref.source), printable(ref.delivery_id), status, **more)


def _audit(settings: Settings, event: str, source: str, delivery_id: str, **data: Any) -> None:
    audit.record(settings, event, source=source, delivery_id=delivery_id, **data)
