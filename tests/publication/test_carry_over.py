"""A release carries every output: what is due is made, the rest comes over unchanged with its own date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.errors import IntegrityError
from include.files import sha256_file
from include.publication.publish import PublishResult
from include.publication.release import release_folder, release_in_force
from include.publication.rollback import rollback
from include.publication.verify import verify_all
from include.settings import Settings
from reports import ranking, render
from reports.outputs import OUTPUTS, Cadence, due
from tests.publication.paged import ALGORITHM, FIRST, SECOND, A, B, C, page_of, record_of, release
from tests.reports.pageparts import parts

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of the half-year, as small as a page can be, in place of whatever is declared under its name."""
    kept = {"index.html", "ranking.html", "meeting.html", "quality.html"}
    others = tuple(page for page in render.PAGES if page.file in kept)
    monkeypatch.setattr(render, "PAGES", (*others, ALGORITHM))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", keep_releases=2)


def test_the_first_release_makes_everything(settings: Settings) -> None:
    made, _ = release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    assert {one.name for one in made.outputs} == {"ranking", "meeting", "algorithm", "quality", "runs"}
    assert {one.as_at for one in made.outputs} == {FIRST}
    for one in made.outputs:
        assert {f"reports/{part}" for part in one.parts} <= {file.path for file in made.files}


def test_what_is_not_due_comes_over_unchanged_with_its_own_date(settings: Settings) -> None:
    first, _ = release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    second, _ = release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    assert record_of(second, "ranking").as_at == SECOND
    assert record_of(second, "algorithm") == record_of(first, "algorithm")
    assert record_of(second, "algorithm").release_id == A
    old, new = (release_folder(settings, one) / "reports" for one in (A, B))
    for part in record_of(first, "algorithm").parts:
        assert sha256_file(old / part) == sha256_file(new / part), part
    assert verify_all(settings).releases == [B, A]


def test_the_half_year_makes_its_own_and_leaves_the_ranking(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    second, _ = release(settings, B, SECOND, Cadence.HALF_YEARLY)
    assert record_of(second, "algorithm").as_at == SECOND
    assert record_of(second, "ranking").as_at == FIRST


def test_every_page_says_its_own_date_and_the_index_that_of_each(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    assert "as at 2026-09-20" in page_of(settings, B, "algorithm.html").text
    html = (release_folder(settings, B) / "reports" / "algorithm.html").read_text()
    assert 'data-as-at="2026-09-20" data-max-age="190"' in html
    index = page_of(settings, B, "index.html").text
    assert "As at 20 September 2026. Out of date after 29 March 2027." in index
    assert "As at 4 October 2026. Out of date after 20 October 2026." in index


def test_key_figures_never_stand_for_a_list_of_another_date(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    release(settings, B, SECOND, Cadence.HALF_YEARLY)
    text = page_of(settings, B, "index.html").text
    assert "The ranking is as at 20 September 2026: its figures stand on its page." in text
    assert "people ranked" not in text


def test_every_link_of_every_page_leads_to_a_file(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    folder = release_folder(settings, B) / "reports"
    seen = 0
    for page in folder.rglob("*.html"):
        for tag, attrs in parts(page).elements:
            target = (attrs.get("href") or attrs.get("src") or "").split("#")[0]
            if tag in {"a", "link", "script"} and target:
                assert (page.parent / target).is_file(), f"{page.name}: {target}"
                seen += 1
    assert seen > 50


def test_a_page_keeps_its_style_when_the_style_changes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    assets = dict(render._assets("OFFICIAL-SENSITIVE"))
    monkeypatch.setattr(render, "_assets", lambda _: {**assets, "pages.css": "body { color: red }"})
    monkeypatch.setattr(render, "_assets_hash", lambda _: "0" * 8)
    release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    folder = release_folder(settings, B) / "reports"
    styles = {
        name: next(a["href"] for a in parts(folder / name).all("link") if a["rel"] == "stylesheet")
        for name in ("algorithm.html", "ranking.html")
    }
    assert (folder / str(styles["ranking.html"])).read_text() == "body { color: red }"
    assert (folder / str(styles["algorithm.html"])).read_text() == assets["pages.css"]


def test_what_is_carried_over_is_another_name_of_the_same_file(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    before, now = (release_folder(settings, name) / "reports" for name in (A, B))
    assert (now / "algorithm.html").samefile(before / "algorithm.html")
    assert (now / "algorithm.html").stat().st_mode & 0o777 == 0o400
    assert not (now / "ranking.html").samefile(before / "ranking.html")
    assert (now / "ranking.html").stat().st_nlink == 1


def test_a_file_that_was_changed_is_not_carried_over(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    path = release_folder(settings, A) / "reports" / "algorithm.html"
    path.parent.chmod(0o700)
    path.chmod(0o600)
    path.write_text(path.read_text() + "<!-- -->")
    with pytest.raises(IntegrityError, match=r"algorithm\.html"):
        release(settings, B, SECOND, Cadence.FORTNIGHTLY)
    assert release_in_force(settings) == A


def test_a_run_that_has_nothing_new_leaves_what_has_more_in_force(settings: Settings) -> None:
    """Another cadence on the same figures is another release; the first, asked for again, is in it already."""
    release(settings, A, FIRST, Cadence.FORTNIGHTLY, inputs="same")
    release(settings, B, FIRST, Cadence.HALF_YEARLY, inputs="other")
    release(settings, C, FIRST, Cadence.FORTNIGHTLY, inputs="other")
    made, result = release(settings, B, FIRST, Cadence.HALF_YEARLY, inputs="other")
    assert (made.release_id, result) == (C, PublishResult.UNCHANGED)
    assert release_in_force(settings) == C


def test_retention_keeps_what_an_output_was_made_from(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    for number in range(4):
        release(settings, f"2026100{number}-dddddddd", SECOND, Cadence.FORTNIGHTLY)
    kept = verify_all(settings).releases
    assert A in kept, "the half-yearly page was made from it"
    assert len(kept) == 3


def test_rollback_brings_every_output_of_its_time_back(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    release(settings, B, SECOND, Cadence.HALF_YEARLY)
    rollback(settings, A)
    assert "as at 2026-09-20" in parts(settings.published_dir / "current" / "reports" / "algorithm.html").text


def test_what_is_due(settings: Settings) -> None:
    made, _ = release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    every = {output.name for output in OUTPUTS}
    assert due(Cadence.FORTNIGHTLY, []) == every
    missing = every - {one.name for one in made.outputs}
    assert due(Cadence.HALF_YEARLY, made.outputs) == {"algorithm", *missing}
    assert ranking.PAGE.file == "ranking.html"


def test_what_the_pages_were_told_lies_beside_them(settings: Settings) -> None:
    release(settings, A, FIRST, Cadence.FORTNIGHTLY)
    told = json.loads((release_folder(settings, A) / "reports" / "context.json").read_bytes())
    assert told["as_at"] == "2026-09-20"
    assert {one["name"] for one in told["held"]} >= {"ranking", "algorithm"}
