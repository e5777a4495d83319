"""Erase a person from every store, in one run, and prove that nothing is left.

Tombstones first: whatever happens afterwards, nobody comes back in. Then landing is scrubbed, and what was made
from it is made again by the same code that made it; history is left with a gap; a new release is published and
those that name the person leave the disk. That is the one exception to "nothing is changed in place".
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from include import audit
from include.erasure.people import identifiers
from include.erasure.review import review_folder
from include.erasure.stores import all_files, holds
from include.erasure.tombstones import Tombstones, is_open, pseudonym
from include.errors import BlockedError, InputError, IntegrityError, UsageError
from include.failpoints import failpoint
from include.files import private_dir, sha256_file, write_durably
from include.identity import decisions
from include.ingest import snapshot as snapshots
from include.ingest.deliver import store_delivery
from include.ingest.scrub import scrub_in_place, scrub_loose
from include.ingest.verify import read_manifest
from include.ledger import AppliedDelivery, Ledger
from include.lock import run_lock
from include.pipeline import open_run, run_steps
from include.progress import say
from include.publication.release import (
    Release,
    list_releases,
    read_release,
    release_folder,
    release_in_force,
    remove_tree,
)
from include.runs import Outcome, RunRequest
from include.settings import Settings
from include.warehouse.parameters import read_parameters
from include.warehouse.run_dates import scheduled_dates


@dataclass
class Erasure:
    """What an erasure came to: counts, never values.

    Attributes:
        taken_out: Rows, lines or files taken out, by store.
        releases_removed: Ids of releases that named the person.
        release: In force afterwards.
        files_searched: Files in which nothing was found in the end.
    """

    taken_out: dict[str, int] = field(default_factory=dict)
    releases_removed: list[str] = field(default_factory=list)
    release: str | None = None
    files_searched: int = 0

    def count(self, store: str, number: int) -> None:
        """Add to the count of a store."""
        if number:
            self.taken_out[store] = self.taken_out.get(store, 0) + number

    def lines(self) -> list[str]:
        """Say what was done, without a name."""
        taken = ", ".join(f"{store} {number:,}" for store, number in self.taken_out.items()) or "nothing"
        return [
            f"Taken out: {taken}.",
            f"Releases removed: {', '.join(self.releases_removed) or 'none'}. In force: {self.release or 'none'}.",
            f"Proof: nothing is left in {self.files_searched:,} files, Parquet and DuckDB decoded.",
            "The sources hold the person until they delete it; what they deliver again is left out.",
        ]


def erase(settings: Settings, nominal_id: str, authority: str, by: str = "") -> Erasure:
    """Erase a person; again is a no-op that proves once more that nothing is left.

    Args:
        settings: Of this installation.
        nominal_id: Any nominal of the person; whoever is merged with it is the same person.
        authority: Reference of the decision; no personal data.
        by: Who carries it out; default the system account.

    Raises:
        UsageError: There is no authority.
        InputError: Nobody of this id was ever delivered.
        BlockedError: The release without the person could not be published; it can be resumed.
        IntegrityError: Something of the person is left; names the stores. It can be resumed.
        LockedError: A run is at work.
    """
    if not authority.strip():
        raise UsageError("An erasure needs the reference of the decision.", "Give --authority REF.")
    with run_lock(settings.state_dir):
        audit.require_unbroken(settings)
        stones = Tombstones(settings)
        found = identifiers(settings, nominal_id)
        if not found and not stones.has("nominal", nominal_id):
            raise InputError(
                f"Nobody of the id {nominal_id!r} was ever delivered.",
                "Ids are those of police_records, exactly as delivered.",
            )
        person = pseudonym(settings, "audit", nominal_id)
        audit.record(settings, "erasure_begun", by=by or audit.account(), authority=authority, person=person)
        stones.begin({("nominal", nominal_id), *found}, authority)
        failpoint("erase:begun")
        return _carry_out(settings, stones, authority, by, person)


def resume(settings: Settings, by: str = "") -> Erasure | None:
    """Finish an erasure that was cut off, or not proven; ``None`` if there is none."""
    with run_lock(settings.state_dir):
        stones = Tombstones(settings)
        return _carry_out(settings, stones, "resumed", by, "") if is_open(settings) else None


def _carry_out(settings: Settings, stones: Tombstones, authority: str, by: str, person: str) -> Erasure:
    done = Erasure()
    _landing(settings, stones, done)
    failpoint("erase:landing")
    _quarantine(settings, stones, done)
    _history(settings, stones, done)
    done.count("decisions", decisions.scrub(settings, stones))
    failpoint("erase:history")
    done.count("work", _empty_work(settings))
    stones.cleared()  # from here on deliveries and runs find nothing; what is left is what was published
    _releases(settings, stones, done)
    failpoint("erase:released")
    done.count("logs", _logs(settings, stones))
    shutil.rmtree(review_folder(settings), ignore_errors=True)  # made anew every month
    done.count("work", _empty_work(settings))
    _prove(settings, stones, done)
    failpoint("erase:proven")
    audit.record(
        settings,
        "erasure",
        by=by or audit.account(),
        authority=authority,
        person=person,
        taken_out=done.taken_out,
        releases_removed=done.releases_removed,
        release=done.release,
        files_searched=done.files_searched,
    )
    stones.done()  # last: told twice after a crash is better than not at all
    return done


def _landing(settings: Settings, stones: Tombstones, done: Erasure) -> None:
    """Scrub every delivery taken in, and make bronze and quarantine again of those that held the person."""
    say("erase: deliveries ...")
    ledger = Ledger(settings.state_dir)
    applied = {(one.source, one.delivery_id): one for one in ledger.applied()}
    for folder in sorted(settings.landing_dir.glob("*/*")):
        known = applied.get((folder.parent.name, folder.name))
        if not folder.is_dir():
            continue
        if known is None:
            done.count("landing", scrub_loose(folder, stones))
            continue
        manifest = read_manifest(folder, snapshots.take(folder), known.source, known.delivery_id)
        done.count("landing", sum(scrub_in_place(settings, folder, manifest, stones).values()))
        _make_again(settings, ledger, folder, known, stones)


def _make_again(
    settings: Settings, ledger: Ledger, folder: Path, known: AppliedDelivery, stones: Tombstones
) -> None:
    looked_at = datetime.now(UTC).isoformat()
    seen = snapshots.take(folder)
    manifest = read_manifest(folder, seen, known.source, known.delivery_id)
    is_changed = manifest.identity != known.identity
    if not is_changed and not (manifest.is_delta and _is_left_in_bronze(settings, known, stones)):
        return  # nobody was in it, or it was made again before a run was cut off
    before = [one for one in ledger.applied(known.source) if one.seq < known.seq]
    fulls = [place for place, one in enumerate(before) if one.mode == "full"]
    in_effect = before[fulls[-1] :] if fulls and manifest.is_delta else []
    counts = store_delivery(settings, folder, manifest, in_effect)
    ledger.record_erased(
        replace(
            known,
            files=counts,
            identity=manifest.identity,
            digest=seen.digest,
            sizes={item.name: item.size for item in seen.items},
            looked_at=looked_at,
            was=(*known.was, known.identity) if is_changed else known.was,
        )
    )


def _is_left_in_bronze(settings: Settings, known: AppliedDelivery, stones: Tombstones) -> bool:
    """Tell whether bronze of a delta whose files name nobody does, or is of an attempt that was cut off.

    A delta that deletes an offence takes along, as derived deletions, who was linked to it before.
    """
    files = [(settings.data_dir / one.bronze, one.bronze_sha256) for one in known.files if one.bronze]
    return any(
        not path.is_file() or sha256_file(path) != written or holds(path, stones) for path, written in files
    )


def _quarantine(settings: Settings, stones: Tombstones, done: Erasure) -> None:
    """Scrub what was refused; rows put aside from deliveries that were applied have been made again."""
    if settings.quarantine_dir.is_dir():
        done.count("quarantine", scrub_loose(settings.quarantine_dir, stones))


def _history(settings: Settings, stones: Tombstones, done: Erasure) -> None:
    """Take the person's row out of every list as published; the ranks of the others stay, with a gap."""
    for path in sorted(settings.history_dir.rglob("*.parquet")):
        mode = path.stat().st_mode
        gone = scrub_loose_file(path, stones)
        done.count("history", gone)
        if gone:
            path.chmod(mode)


def scrub_loose_file(path: Path, stones: Tombstones) -> int:
    """Scrub one file where it lies."""
    folder = private_dir(path.parent / ".erasing")
    copy = folder / path.name
    shutil.copyfile(path, copy)
    gone = scrub_loose(folder, stones)
    if gone:
        write_durably(path, copy.read_bytes())
    shutil.rmtree(folder)
    return gone


def _empty_work(settings: Settings) -> int:
    """Remove every build and scratch folder, since all of it can be made again; return how many builds."""
    folders = list(settings.work_dir.glob("*"))
    for path in folders:
        if path.is_dir():
            remove_tree(path)
        else:
            path.unlink()
    return sum(not path.name.startswith(".") for path in folders)


def _releases(settings: Settings, stones: Tombstones, done: Erasure) -> None:
    """Publish a release without the person, and take those that name the person off the disk."""
    say("erase: releases ...")
    naming = [one for one in list_releases(settings) if _release_holds(settings, one.release_id, stones)]
    in_force = release_in_force(settings)
    if in_force in {one.release_id for one in naming}:
        _publish_without(settings, read_release(release_folder(settings, str(in_force))))
    done.release = release_in_force(settings)
    for release in naming:
        if release.release_id == done.release:
            raise IntegrityError(
                f"Release {done.release} still names the person.",
                "Keep it from readers, and report this fault.",
            )
        folder = release_folder(settings, release.release_id)
        folder.chmod(0o700)
        grave = private_dir(settings.work_dir) / f".retired-{release.release_id}"
        folder.rename(grave)
        remove_tree(grave)
        done.releases_removed.append(release.release_id)
        audit.record(settings, "retention", release_id=release.release_id, reason="erasure")


def _release_holds(settings: Settings, release_id: str, stones: Tombstones) -> bool:
    files = release_folder(settings, release_id).rglob("*")
    return any(holds(path, stones) for path in files if path.is_file())


def _publish_without(settings: Settings, old: Release) -> None:
    """Build, check, render and publish the same date again; nothing but the pack of the board is carried over."""
    parameters = read_parameters(settings.seeds_dir)
    dates = sorted({*old.run_dates, old.as_at})
    is_default = dates == sorted({*scheduled_dates(old.as_at, parameters), old.as_at})
    request = RunRequest(
        as_at=old.as_at,
        run_dates=None if is_default else ",".join(f"{day}" for day in old.run_dates),
        reason="erasure",
        is_anew=True,
    )
    run_id = open_run(settings, request, key=f"erase/{uuid.uuid4()}", trigger="erasure")
    outcome = run_steps(settings, run_id)
    if outcome is not Outcome.PUBLISHED:
        raise BlockedError(
            f"The release without the person was not published ({outcome}).",
            "See the run page; then `hhw erase --resume`.",
        )


def _logs(settings: Settings, stones: Tombstones) -> int:
    """Take lines that name the person out of logs and pages of runs; there should be none."""
    gone = 0
    for path in _log_files(settings):
        if holds(path, stones):
            gone += scrub_loose_file(path, stones)
    return gone


def _log_files(settings: Settings) -> Iterator[Path]:
    folders = (
        settings.state_dir / "logs",
        settings.data_dir / "airflow" / "logs",
        settings.data_dir / "runs",
    )
    more = (settings.data_dir / "csv", settings.data_dir / "assets")
    for folder in (*folders, *more):
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _prove(settings: Settings, stones: Tombstones, done: Erasure) -> None:
    """Search every byte store.

    Raises:
        IntegrityError: Names each file in which something is left.
    """
    say("erase: proof ...")
    left = []
    for path in all_files(settings):
        done.files_searched += 1
        if holds(path, stones):
            left.append(str(path.relative_to(settings.data_dir)))
    if left:
        raise IntegrityError(
            f"Of the person something is left in: {', '.join(left[:10])}.",
            "Look at these files; then `hhw erase --resume`.",
        )
