"""A person is erased from what was published: a whole run before, a whole run after, and nothing in between."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from include import audit
from include.erasure.erase import Erasure, erase
from include.erasure.review import list_due, read_groups
from include.errors import InputError, UsageError
from include.explain import explain
from include.ingest import ingest_all
from include.pipeline import open_run, run_steps
from include.publication.release import list_releases, read_release, release_folder, release_in_force
from include.publication.rollback import rollback
from include.publication.verify import verify_all
from include.runs import RunRequest
from include.settings import Settings
from include.warehouse.stores import open_store
from tests.erasure.test_erase import CANARY, PERSON, TWELVE, _edit, canaries
from tests.reports.pageparts import parts

pytestmark = pytest.mark.slow
SURNAMES = tuple(f"Sample{number}" for number in range(2, 12))


class Erased:
    """A data directory before and after."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder / "data", pseudonym_key_file=folder / "key")
        landing = folder / "landing"
        shutil.copytree(TWELVE, landing)
        for name in ("Sample12,Person", "Sample1,Person"):
            _edit(landing / "police_records" / "20260920", "nominals.csv", (name, f"{CANARY},Person"))
        ingest_all(self.settings, landing)
        request = RunRequest(run_dates="2026-09-06,2026-09-20")
        run_steps(self.settings, open_run(self.settings, request, key="first"))
        self.first = str(release_in_force(self.settings))
        self.before = read_release(release_folder(self.settings, self.first))
        self.ranked = self.people()
        self.named_before = self.search()
        self.told = explain(self.settings, "N0012")
        self.due = list_due(self.settings)
        self.logs = self.in_logs()
        self.done: Erasure = erase(self.settings, "N0012", "DPA-2026-17")

    def people(self) -> list[tuple[str, int]]:
        with open_store(self.settings.published_dir / "current" / "warehouse.duckdb") as store:
            return store.execute(
                "select nominal_id, rank from marts.fct_rankings where run_date = '2026-09-20' order by rank"
            ).fetchall()

    def search(self) -> set[str]:
        """Every file that names the person: as bytes, as Parquet, and every table of every DuckDB file as text."""
        found = {name.split("/")[0] for name in canaries(self.settings)}
        for path in self.settings.data_dir.rglob("*.duckdb"):
            with open_store(path) as store:
                tables = store.execute(
                    "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
                ).fetchall()
                text = str([store.execute(f'from "{one}"."{two}"').fetchall() for one, two in tables])
            if any(canary in text for canary in (*PERSON, CANARY)):
                found.add(f"{path.relative_to(self.settings.data_dir).parts[0]} duckdb")
        return found

    def in_logs(self) -> list[str]:
        """Files of state and logs that hold a name, an id or a PNC id of anybody."""
        found = []
        for path in (*self.settings.state_dir.rglob("*"), *(self.settings.data_dir / "runs").rglob("*")):
            if path.is_file():
                text = path.read_text(errors="replace")
                if re.search(rf"\bN00\d\d\b|\d{{4}}/\d{{7}}[A-Z]|{CANARY}|{'|'.join(SURNAMES)}", text):
                    found.append(path.name)
        return found


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    return Erased(tmp_path_factory.mktemp("erased"))


def test_the_search_found_the_person_before(erased: Erased) -> None:
    assert erased.named_before >= {"landing", "bronze", "history", "published", "published duckdb"}
    assert "N0001" in [nominal for nominal, _ in erased.ranked]


def test_nothing_is_left_anywhere(erased: Erased) -> None:
    assert erased.search() == set()
    assert erased.done.releases_removed == [erased.first]
    assert erased.done.taken_out.keys() >= {"landing", "history", "work"}


def test_what_is_published_is_a_new_whole_release_of_the_same_date(erased: Erased) -> None:
    release = read_release(release_folder(erased.settings, str(release_in_force(erased.settings))))
    assert release.release_id == erased.done.release != erased.first
    assert (release.as_at, release.run_dates) == (erased.before.as_at, erased.before.run_dates)
    assert [one.release_id for one in list_releases(erased.settings)] == [release.release_id]
    assert verify_all(erased.settings).release_in_force == release.release_id
    assert {one.name for one in release.outputs} == {one.name for one in erased.before.outputs}


def test_the_others_keep_their_order(erased: Erased) -> None:
    others = [nominal for nominal, _ in erased.ranked if nominal not in PERSON]
    assert [nominal for nominal, _ in erased.people()] == others
    assert [rank for _, rank in erased.people()] == list(range(1, len(others) + 1))


def test_history_keeps_the_ranks_of_the_others_with_a_gap(erased: Erased) -> None:
    (path,) = (erased.settings.history_dir / "rankings").glob("2026-09-20--*.parquet")
    with open_store(erased.settings.published_dir / "current" / "warehouse.duckdb") as store:
        listed = store.execute(
            "select nominal_id, rank from read_parquet(?) order by rank", [str(path)]
        ).fetchall()
    assert listed == [(nominal, rank) for nominal, rank in erased.ranked if nominal not in PERSON]


def test_there_is_no_way_back_to_what_named_the_person(erased: Erased) -> None:
    with pytest.raises(InputError):
        rollback(erased.settings, erased.first)
    with pytest.raises(InputError, match="Nobody of the id"):
        explain(erased.settings, "N0001")


def test_again_proves_it_again(erased: Erased) -> None:
    again = erase(erased.settings, "N0001", "DPA-2026-17")
    assert (again.taken_out, again.releases_removed) == ({}, [])
    assert again.release == erased.done.release


def test_the_audit_log_tells_of_all_of_it_and_names_nobody(erased: Erased) -> None:
    events = {entry.event for entry in audit.journal(erased.settings)}
    assert events >= {
        "collection", "combination", "publication", "consultation", "review", "erasure_begun", "erasure", "retention",
    }  # fmt: skip
    assert audit.verify(erased.settings) > 5


def test_no_log_names_anybody_before_or_after(erased: Erased) -> None:
    assert erased.logs == []
    assert erased.in_logs() == []
    assert any(CANARY in line for line in erased.told), (
        "the person is named where it is asked for, and only there"
    )


def test_pages_read_on(erased: Erased) -> None:
    index = parts(erased.settings.published_dir / "current" / "reports" / "index.html")
    assert str(erased.done.release) in index.text


def test_records_due_for_review_by_hand(erased: Erased, tmp_path: Path) -> None:
    """Periods of a month: everybody is due whose last record is older, and who is neither managed nor registered."""
    groups = tmp_path / "groups.csv"
    text = "group,title,applies_to,review_after_months,source\n"
    text += "".join(
        f"{n},t,{kind},1,test\n" for n, kind in enumerate(("public_protection", "high_harm", "other"), 1)
    )
    groups.write_text(text)
    settings = erased.settings.model_copy(update={"review_groups_file": groups})
    path, due = list_due(settings)
    listed = path.read_text().splitlines()
    assert len(listed) == due + 1 > 1
    assert "N0007" not in path.read_text(), "on the register"
    assert list_due(erased.settings)[1] < due
    assert path.stat().st_mode & 0o077 == 0


def test_review_groups_are_whole_or_refused(erased: Erased, tmp_path: Path) -> None:
    assert [
        group.source.startswith("To be confirmed")
        for group in read_groups(erased.settings.review_groups_file)
    ]
    bad = tmp_path / "bad.csv"
    bad.write_text("group,title,applies_to,review_after_months,source\n1,t,other,12,x\n")
    with pytest.raises(UsageError, match="Name each of"):
        read_groups(bad)
