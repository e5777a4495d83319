"""``hhw doctor``: what a crash, a full disk or a hand has left behind, found, and repaired where that is safe.

Safe is what the next run would do anyway, or what can be made again to the byte: leftovers go, torn lines are set
aside, a lost link is made again from the ledger, bronze is made again from landing. Everything else is named with
one instruction: nothing that was published is ever changed here.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from include import audit
from include.erasure.tombstones import is_open
from include.errors import HhwError, InputError, IntegrityError
from include.files import PRIVATE_DIR, PRIVATE_FILE
from include.ingest.discover import INCOMING
from include.ingest.snapshot import remove
from include.lock import run_lock
from include.publication.publish import complete
from include.publication.release import (
    CURRENT,
    PUBLISHED,
    ROLLED_BACK,
    ledger,
    list_releases,
    read_release,
    release_in_force,
    remove_tree,
    switch_current,
)
from include.publication.verify import verify_release
from include.rebuild import lost_bronze, rebuild_bronze
from include.runs import close_cut_off
from include.settings import Settings

_YOUNG_SECONDS = 600
State = Literal["repaired", "needs you", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing that was not as it should be.

    Attributes:
        state: ``repaired``, ``needs you`` (a person must act) or ``note`` (nothing to do).
        sentence: What was found, and what was done about it.
        remedy: What a person does; empty where nothing is left to do.
    """

    state: State
    sentence: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look through a data directory and repair what is safe.

    Raises:
        LockedError: A run is at work: what looks left behind may be its own. Nothing was changed.
    """
    steps: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _journals, _leftovers, _unclosed_builds, _rights, _erasures, _bronze, _releases, _in_force, _record, _runs,
    )  # fmt: skip
    found: list[Finding] = []
    with run_lock(settings.state_dir):
        for step in steps:
            try:
                found += step(settings)
            except HhwError as error:
                known = {finding.sentence for finding in found}
                if error.message not in known:
                    found.append(Finding("needs you", error.message, error.remedy))
                if step is _journals:
                    return found  # what the ledger says is what everything else is held against
        if any(finding.state == "repaired" for finding in found):
            audit.record(settings, "doctor", repaired=[f.sentence for f in found if f.state == "repaired"])
    return found


def _journals(settings: Settings) -> Iterator[Finding]:
    """Set torn last lines aside, then check both chains."""
    for journal in (ledger(settings), audit.journal(settings)):
        if journal.mend():
            yield Finding("repaired", f"{journal.path.name}: the last line was torn; it was set aside.")
        journal.verify()


def _leftovers(settings: Settings) -> Iterator[Finding]:
    """Remove what a killed run was writing; under the run lock nobody is."""
    stores = (settings.bronze_dir, settings.quarantine_dir, settings.history_dir)
    left = [path for store in stores for path in store.rglob(".*.tmp")]
    # watch and notify write to state without the run lock: what is young may be theirs
    old = time.time() - _YOUNG_SECONDS
    left += [path for path in settings.state_dir.rglob(".*.tmp") if path.lstat().st_mtime < old]
    left += [
        *(settings.landing_dir / INCOMING).glob("*"),
        settings.work_dir / ".ingest",
        settings.work_dir / ".rebuild",
    ]
    left += [*settings.published_dir.glob(f".{CURRENT}.*"), *settings.work_dir.glob(".retired-*")]
    for path in left:
        if os.path.lexists(path):
            remove_tree(path) if path.is_dir() and not path.is_symlink() else remove(path)
            yield Finding(
                "repaired", f"{_name(settings, path)} was left by a run that was killed; it was removed."
            )


def _unclosed_builds(settings: Settings) -> Iterator[Finding]:
    """Remove builds whose database was not closed: what its log held may be lost, and building again is cheap."""
    for log in settings.work_dir.glob("*/*.duckdb.wal"):
        if log.parent.is_dir():
            remove_tree(log.parent)
            yield Finding(
                "repaired",
                f"Build {log.parent.name} was not closed; it was removed, and the next run makes it anew.",
            )


def _rights(settings: Settings) -> Iterator[Finding]:
    """Take everybody else's rights away again."""
    opened = 0
    for root, folders, files in os.walk(settings.data_dir):
        for name in (".", *folders, *files):
            path = Path(root, name)
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode) and stat.S_IMODE(mode) & 0o077:
                path.chmod(stat.S_IMODE(mode) & (PRIVATE_DIR if stat.S_ISDIR(mode) else PRIVATE_FILE))
                opened += 1
    if opened:
        yield Finding(
            "repaired", f"{opened} files or folders could be read by others; now only by their owner."
        )


def _erasures(settings: Settings) -> Iterator[Finding]:
    """Name an erasure that was begun and is not proven: something of the person may be left."""
    if is_open(settings):
        yield Finding(
            "needs you",
            "An erasure was begun, and it is not proven that nothing of the person is left.",
            "`hhw erase --resume`.",
        )


def _bronze(settings: Settings) -> Iterator[Finding]:
    """Make bronze files again that are in the ledger and not on disk, or not as they were written."""
    lost = lost_bronze(settings)
    if not lost or is_open(settings):  # an erasure makes again what it was at
        return
    if (
        settings.encryption_key_file is not None
    ):  # encrypted anew, it would be other bytes: nothing to compare
        for path in sorted(lost):
            yield Finding(
                "needs you",
                f"{path} is in the ledger and not as it was written; encrypted, it cannot be made again to the byte.",
                "Restore the data directory from the last backup, or have the source deliver in full again.",
            )
        return
    made = rebuild_bronze(settings, lost)
    for path in sorted(lost):
        if path in made:
            yield Finding(
                "repaired", f"{path} was lost or changed; it was made again from landing, to the byte."
            )
        else:
            yield Finding(
                "needs you",
                f"{path} is in the ledger and not as it was written, and landing no longer gives it.",
                "Restore the data directory from the last backup, or have the source deliver in full again.",
            )


def _releases(settings: Settings) -> Iterator[Finding]:
    """Hold every release against its release.json."""
    for release in list_releases(settings):
        try:
            verify_release(settings.published_dir / release.release_id)
        except IntegrityError as error:
            yield Finding("needs you", error.message, _way_out(settings, release.release_id))


def _way_out(settings: Settings, broken: str) -> str:
    """Name the one command that puts a sound release in force, if there is one."""
    if _linked(settings) != broken:
        return f"It is not in force. Remove published/{broken}, and find out who wrote to it."
    for release_id in reversed(_words(settings)):
        if release_id != broken and _is_sound(settings, release_id):
            return f'`hhw rollback {release_id} --reason "..."`, and find out who wrote to {broken}.'
    return "No other release is sound: start the run again, or restore from the last backup."


def _in_force(settings: Settings) -> Iterator[Finding]:
    """Make the link to the release in force again where it is missing or leads nowhere."""
    try:
        if release_in_force(settings) is not None:
            return
    except IntegrityError:
        link = settings.published_dir / CURRENT
        if not link.is_symlink():
            raise
    words = [release_id for release_id in _words(settings) if _is_sound(settings, release_id)]
    if words:
        switch_current(settings, words[-1])
        complete(settings, words[-1])
        yield Finding(
            "repaired", f"published/{CURRENT} led nowhere; it leads to {words[-1]}, as the ledger says."
        )
    elif os.path.lexists(settings.published_dir / CURRENT) or _words(settings):
        yield Finding(
            "needs you",
            "No release is in force, and none that the ledger names is there and sound.",
            "Start the run again (`make run`), or restore published/ from the last backup.",
        )


def _record(settings: Settings) -> Iterator[Finding]:
    """Finish writing down a publication that was cut off; name a release that was never put in force."""
    in_force, known = release_in_force(settings), set(_words(settings))
    if in_force and in_force not in known and _is_sound(settings, in_force):
        complete(settings, in_force)
        yield Finding(
            "repaired",
            f"{in_force} is in force and was not written down; now it is.",
        )
    for release in list_releases(settings):
        if release.release_id not in known and release.release_id != in_force:
            yield Finding(
                "note",
                f"{release.release_id} was moved in and never put in force: nobody has read it. The run that made it "
                "puts it in force when it is started again; otherwise retention takes it.",
            )


def _runs(settings: Settings) -> Iterator[Finding]:
    """Close runs that never ended; under the run lock none is at work."""
    for run in close_cut_off(settings):
        yield Finding(
            "repaired",
            f"Run {run.run_id} of {run.started_at} was cut off; now its record says so. The next run does its work.",
        )


def _words(settings: Settings) -> list[str]:
    """Return the releases that were put in force, in order, by the ledger."""
    return [str(e.data["release_id"]) for e in ledger(settings) if e.event in (PUBLISHED, ROLLED_BACK)]


def _linked(settings: Settings) -> str:
    link = settings.published_dir / CURRENT
    return link.readlink().name if link.is_symlink() else ""


def _is_sound(settings: Settings, release_id: str) -> bool:
    folder = settings.published_dir / release_id
    try:
        return verify_release(folder) == read_release(folder)
    except (InputError, IntegrityError):
        return False


def _name(settings: Settings, path: Path) -> str:
    return str(path.relative_to(settings.data_dir))
