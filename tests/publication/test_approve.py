"""A named person decides on the board pack, once, on what that person has read."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from include import audit
from include.errors import BlockedError, InputError, IntegrityError, UsageError
from include.files import sha256_file
from include.publication.approve import decide, pack_in_force
from include.publication.release import list_releases, read_release, release_folder, release_in_force
from include.publication.rollback import rollback
from include.publication.verify import verify_all
from include.settings import REPOSITORY, Settings
from reports import pack, render
from reports.outputs import Cadence
from tests.publication.paged import ALGORITHM, FIRST, SECOND, A, B, C, page_of, record_of, small_pack
from tests.publication.paged import release as paged_release
from tests.reports.pageparts import parts

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    others = tuple(
        page for page in render.PAGES if page.file in {"index.html", "ranking.html", "quality.html"}
    )
    monkeypatch.setattr(render, "PAGES", (*others, ALGORITHM))
    monkeypatch.setattr(pack, "RENDERER", small_pack)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", keep_releases=2)


release = functools.partial(paged_release, is_packed=True)


def _pack(settings: Settings) -> str:
    return (settings.published_dir / "current" / "reports" / "board_pack.html").read_text()


def _events(settings: Settings) -> list[str]:
    return [entry.event for entry in audit.journal(settings)]


def test_a_first_release_ends_with_a_draft(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    assert "DRAFT" in _pack(settings)
    assert pack_in_force(settings).is_draft
    assert "DRAFT: nobody has approved it." in page_of(settings, A, "index.html").text


def test_what_is_approved_is_a_new_release_with_the_name_on_it(settings: Settings) -> None:
    before, _ = release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    after, is_new = decide(settings, "Chief Superintendent Okoye", is_approved=True, note="With thanks.")
    assert is_new
    assert release_in_force(settings) == after.release_id != A
    assert "approved by Chief Superintendent Okoye on 20" in _pack(settings)
    record = pack_in_force(settings)
    assert record.decision is not None
    assert (record.decision.by, record.is_draft) == ("Chief Superintendent Okoye", False)
    assert (record.as_at, record.draft_sha256) == (FIRST, record_of(before, "board_pack").draft_sha256)
    index = page_of(settings, after.release_id, "index.html").text
    assert f"Approved by Chief Superintendent Okoye on {record.decision.at}. With thanks." in index
    assert f"release {after.release_id}" in index
    assert after.content == before.content
    assert verify_all(settings).releases == [after.release_id, A]


def test_nothing_else_changes(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    after, _ = decide(settings, "Okoye", is_approved=True)
    old, new = (
        {file.path: file.sha256 for file in read_release(release_folder(settings, one)).files}
        for one in (A, after.release_id)
    )
    changed = {path for path in old if old[path] != new.get(path)}
    assert changed == {"reports/index.html", "reports/context.json", "reports/board_pack.html"}
    assert set(new) == set(old)


def test_the_decision_is_in_the_audit_log_before_it_is_carried_out(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    decide(settings, "Okoye", is_approved=True)
    assert _events(settings) == ["publication", "approval", "publication"]
    (entry,) = (entry for entry in audit.journal(settings) if entry.event == "approval")
    assert entry.data["by"] == "Okoye"
    assert entry.data["pack"] == pack_in_force(settings).draft_sha256


def test_a_second_approval_is_a_no_op(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    first, _ = decide(settings, "Okoye", is_approved=True)
    events = _events(settings)
    again, is_new = decide(settings, "Somebody Else", is_approved=True)
    assert (again.release_id, is_new) == (first.release_id, False)
    assert _events(settings) == events
    assert "Somebody" not in _pack(settings)


def test_a_rejected_pack_is_never_published_as_approved(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    after, _ = decide(settings, "Okoye", is_approved=False, note="The caseload is that of last month.")
    assert "DRAFT" in _pack(settings)
    assert "approved by" not in _pack(settings)
    index = page_of(settings, after.release_id, "index.html").text
    assert "DRAFT. Rejected by Okoye" in index
    assert "The caseload is that of last month." in index
    with pytest.raises(BlockedError, match="was rejected by Okoye"):
        decide(settings, "Okoye", is_approved=True)
    assert _events(settings) == ["publication", "rejection", "publication"]
    carried, _ = release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    assert record_of(carried, "board_pack").is_draft


def test_an_approved_pack_is_not_rejected_afterwards(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    decide(settings, "Okoye", is_approved=True)
    with pytest.raises(BlockedError, match="was approved by Okoye"):
        decide(settings, "Okoye", is_approved=False, note="no")


def test_a_pack_is_approved_on_whatever_is_in_force(settings: Settings) -> None:
    """The fortnight went on while nobody decided: the approved pack goes into the release of today."""
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    after, _ = decide(settings, "Okoye", is_approved=True)
    assert after.base_release == B
    assert record_of(after, "ranking").as_at == SECOND
    assert record_of(after, "board_pack").as_at == FIRST
    assert "as at 2026-09-20" in _pack(settings)
    assert "approved by Okoye" in _pack(settings)


def test_an_approved_pack_comes_along_until_the_next_month(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    decide(settings, "Okoye", is_approved=True)
    release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    assert "approved by Okoye" in _pack(settings)
    release(settings, C, SECOND, Cadence.MONTHLY)
    assert "DRAFT" in _pack(settings)


def test_asking_for_the_figures_again_does_not_take_the_approval_away(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    after, _ = decide(settings, "Okoye", is_approved=True)
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    assert release_in_force(settings) == after.release_id


def test_a_pack_that_nobody_has_read_is_not_approved(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    read = pack_in_force(settings).draft_sha256
    release(settings, C, SECOND, Cadence.MONTHLY)
    with pytest.raises(BlockedError, match="have changed since") as caught:
        decide(settings, "Okoye", is_approved=True, pack=read[:12])
    assert "Read the one in force" in caught.value.remedy
    assert decide(settings, "Okoye", is_approved=True, pack=pack_in_force(settings).draft_sha256[:12])[1]


def test_a_pack_that_comes_out_otherwise_is_not_approved(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)

    def other(warehouse: Path, folder: Path, context: object, decision: object) -> object:
        made = small_pack(warehouse, folder, context, decision)  # type: ignore[arg-type]
        made.files[0].write_text(made.files[0].read_text().replace("people", "persons"))
        return made

    monkeypatch.setattr(pack, "RENDERER", other)
    with pytest.raises(BlockedError, match="comes out otherwise"):
        decide(settings, "Okoye", is_approved=True)
    assert release_in_force(settings) == A
    assert _events(settings) == ["publication"]


@pytest.mark.parametrize("file", ["warehouse.duckdb", "reports/board_pack.html"])
def test_a_release_that_was_changed_is_not_approved(settings: Settings, file: str) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    path = release_folder(settings, A) / file
    path.parent.chmod(0o700)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(IntegrityError, match=path.name.replace(".", r"\.")):
        decide(settings, "Okoye", is_approved=True)


@pytest.mark.parametrize(
    ("by", "is_approved", "note"), [("", True, ""), ("Mallory", True, ""), ("Okoye", False, " ")]
)
def test_who_may_not_decide(settings: Settings, by: str, is_approved: bool, note: str) -> None:
    settings = settings.model_copy(update={"approvers": "Okoye, A. N. Other"})
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    with pytest.raises(UsageError):
        decide(settings, by, is_approved=is_approved, note=note)
    assert release_in_force(settings) == A


def test_without_a_pack_there_is_nothing_to_decide(settings: Settings) -> None:
    paged_release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    with pytest.raises(InputError, match="no board pack"):
        decide(settings, "Okoye", is_approved=True)


def test_a_rolled_back_approval_is_a_draft_again_and_the_files_are_whole(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    before = {path: sha256_file(path) for path in release_folder(settings, A).rglob("*") if path.is_file()}
    decide(settings, "Okoye", is_approved=True)
    rollback(settings, A, "not yet")
    assert "DRAFT" in _pack(settings)
    assert {path: sha256_file(path) for path in before} == before
    assert {path.stat().st_mode & 0o777 for path in before} == {0o400}
    decide(settings, "Adeyemi", is_approved=True)
    assert "approved by Adeyemi" in _pack(settings), "a new decision, not the one of before"


_SCRIPT = """
import sys
from pathlib import Path
from include.publication.approve import decide
from include.settings import Settings
from reports import pack, render
from tests.publication.paged import small_pack
pack.RENDERER = small_pack
decide(Settings(data_dir=Path(sys.argv[1]), keep_releases=2), "Okoye", is_approved=True)
"""
POINTS = [
    *("approve:decided", "approve:renamed", "before:switch", "after:switch"),
    *("after:history", "after:ledger", "after:audit"),
]


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_and_done_again_it_is_approved_once(settings: Settings, point: str) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    killed = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(settings.data_dir)],
        cwd=REPOSITORY,
        env={**os.environ, "HHW_FAIL_AT": point},
        check=False,
    )
    assert killed.returncode == -9
    assert release_in_force(settings) is not None
    after, _ = decide(settings, "Okoye", is_approved=True)
    assert "approved by Okoye" in _pack(settings)
    assert [one.release_id for one in list_releases(settings)] == [after.release_id, A]
    assert _events(settings).count("approval") == 1
    assert _events(settings).count("publication") == 2
    assert verify_all(settings).release_in_force == after.release_id
    assert parts(settings.published_dir / "current" / "reports" / "index.html").text
