"""What holds for every page whatever is on it: structure, marking, offline, nothing missing left unsaid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from include.errors import UsageError
from reports.render import render, render_run_page
from tests.reports.conftest import BLOCKED_PAGE, RELEASE_PAGES, make_context
from tests.reports.invented import Invented, invent
from tests.reports.pageparts import Parts, parts

ASSETS = Path(__file__).resolve().parents[2] / "reports" / "assets"
SVG_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'  # a name, not an address: nothing is fetched
PAGES = (
    *RELEASE_PAGES,
    *(f"empty {file}" for file in RELEASE_PAGES),
    f"blocked {BLOCKED_PAGE}",
)


@pytest.fixture(scope="module")
def pages(release: Path, empty: Path, blocked: Path) -> dict[str, tuple[str, Parts]]:
    folders = {"": release, "empty": empty, "blocked": blocked}
    files = {name: folders[name.rpartition(" ")[0]] / name.rpartition(" ")[2] for name in PAGES}
    return {name: (path.read_text(encoding="utf-8"), parts(path)) for name, path in files.items()}


@pytest.mark.parametrize("name", PAGES)
def test_structure(pages: dict[str, tuple[str, Parts]], name: str) -> None:
    html, page = pages[name]
    assert html.startswith("<!doctype html>")
    assert not page.unbalanced
    assert not page.stack
    assert page.all("html")[0]["lang"] == "en-GB"
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("footer")) == 1
    assert any(attrs.get("href") == "#main" for attrs in page.all("a")[:1]), "the skip link comes first"
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    levels = [int(tag[1]) for tag, _ in page.headings]
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:], strict=False))
    for attrs in page.all("section"):
        assert attrs["aria-labelledby"] in ids
    labelled = {attrs.get("for") for attrs in page.all("label")}
    for attrs in page.all("input") + page.all("select"):
        assert attrs["id"] in labelled or attrs.get("type") == "checkbox"


@pytest.mark.parametrize("name", PAGES)
def test_tables_have_captions_and_scopes(pages: dict[str, tuple[str, Parts]], name: str) -> None:
    _, page = pages[name]
    assert all(table.caption and table.heads for table in page.tables)
    assert all(attrs.get("scope") in {"row", "col"} for attrs in page.all("th"))
    assert all(len(row) == len(table.heads) for table in page.tables for row in table.rows)


@pytest.mark.parametrize("name", PAGES)
def test_marked_at_top_and_bottom_with_provenance(pages: dict[str, tuple[str, Parts]], name: str) -> None:
    _, page = pages[name]
    body = page.text.split("Skip to the content", 1)[1].strip()
    assert body.startswith("OFFICIAL-SENSITIVE")
    assert body.endswith("OFFICIAL-SENSITIVE")
    for label in ("As at", "Extracts", "Release", "Code", "Algorithm", "Gate", "Run", "Warnings"):
        assert label in body[-1200:]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_leaves_the_machine(pages: dict[str, tuple[str, Parts]], name: str) -> None:
    html, page = pages[name]
    assert not re.search(r"(https?:)?//[a-z]", html.replace(SVG_NAMESPACE, ""))
    policy = next(attrs for attrs in page.all("meta") if attrs.get("http-equiv") == "Content-Security-Policy")
    assert (policy["content"] or "").startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert not any(
        "style" in attrs or any(key.startswith("on") for key in attrs) for _, attrs in page.elements
    )
    assert not page.all("style")
    scripts = [str(attrs["src"]) for attrs in page.all("script") if attrs.get("type") != "application/json"]
    assert all(re.fullmatch(r"(\.\./)?assets/[0-9a-f]{8}/(pages|charts)\.js", script) for script in scripts)
    assert len(scripts) == (2 if page.all("svg") else 1), "a page without charts fetches no script for them"


@pytest.mark.parametrize("name", PAGES)
def test_every_drawing_has_its_words(pages: dict[str, tuple[str, Parts]], name: str) -> None:
    _, page = pages[name]
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    figures = [attrs for attrs in page.all("figure") if attrs.get("class") == "chart"]
    assert len(figures) == len(page.all("figcaption"))
    assert len(page.all("svg")) == 2 * len(figures), (
        "one for a wide screen and for print, one for a narrow screen"
    )
    for drawing in page.all("svg"):
        assert drawing["role"] == "img"
        assert set((drawing["aria-labelledby"] or "").split()) <= ids


@pytest.mark.parametrize("name", PAGES)
def test_missing_is_said_in_words(pages: dict[str, tuple[str, Parts]], name: str) -> None:
    _, page = pages[name]
    for text in (page.text, re.sub(r"[:,\[](null|true|false)(?=[,\]}])", "", page.data)):
        assert not re.search(r"\b(nan|NaN|None|null|undefined|inf|NaT)\b", text)


def test_sections_without_data_say_so_and_stay(pages: dict[str, tuple[str, Parts]], release: Path) -> None:
    _, empty = pages["empty ranking.html"]
    full = parts(release / "ranking.html")
    assert [text for tag, text in empty.headings if tag == "h2"] == [
        text for tag, text in full.headings if tag == "h2"
    ]
    for sentence in (
        "Nobody is ranked at this date",
        "No case is urgent at this date.",
        "Nobody else is new.",
    ):
        assert sentence in empty.text
    assert "missing" in empty.text, "figures that are not there are not zero"


def test_the_style_stays_at_home() -> None:
    for asset in ASSETS.iterdir():
        text = asset.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|@import|url\(|@font-face|innerHTML|insertAdjacentHTML|eval\(", text)


def test_the_marking_of_printed_pages_is_the_release_s(tmp_path: Path, people: Invented) -> None:
    context = make_context(marking='SECRET "x" } body { display: none')
    render(invent(people=3, below=0).write(tmp_path / "w.duckdb"), tmp_path / "out", context)
    (style,) = (tmp_path / "out" / "assets").glob("*/pages.css")
    css = style.read_text(encoding="utf-8")
    assert "@@MARKING@@" not in css
    assert css.count('content: "SECRET \\22 x\\22  \\7d  body \\7b  display\\3a  none"') == 2
    names = {path.name for path in (tmp_path / "out" / "csv").iterdir()}
    assert all(name.startswith("SECRET-x-body-display-none_") for name in names)


@pytest.mark.parametrize("run_id", ["../x", "a/b", "", ".hidden", "a..b", "x" * 101, "a b"])
def test_a_run_id_that_is_no_file_name_is_refused(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(UsageError):
        render_run_page({"run_id": run_id, "outcome": "failed"}, tmp_path)
    assert not list(tmp_path.iterdir())


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("soft", "tint", 4.5),
        ("soft", "paper", 4.5),
        ("blue", "tint", 4.5),
        ("wine", "paper", 4.5),
        ("paper", "wine", 4.5),
        ("paper", "blue", 4.5),
        ("ink", "focus", 4.5),
        ("blue", "paper", 3.0),
        ("orange", "paper", 3.0),
    ],
)
def test_contrast(ink: str, paper: str, least: float) -> None:
    css = (ASSETS / "pages.css").read_text(encoding="utf-8")
    colours = {
        name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:])
        for name, value in re.findall(r"--(\w+): (#[0-9a-fA-F]{3,6})", css)
    }
    lighter, darker = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least
