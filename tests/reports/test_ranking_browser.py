"""The ranking in a real browser: a reader finds, filters, sorts and opens people, with or without a mouse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.reports.browser import artefact, visit
from tests.reports.invented import Invented

pytestmark = pytest.mark.slow

SHOWN = "#list-table > tbody > tr:not(.card-row):not([hidden])"


def listed(people: Invented) -> list[dict[str, Any]]:
    return [row for row in people.rows["rpt_ranking__list"] if row["rank"] <= 300]


def ranks(page: Page) -> list[int]:
    """Return the ranks of the rows that are shown, from top to bottom."""
    found: list[int] = page.eval_on_selector_all(
        SHOWN, "rows => rows.map((row) => +row.cells[0].textContent)"
    )
    return found


def test_filters_and_search_agree_with_the_model(browser: Browser, release: Any, people: Invented) -> None:
    model = listed(people)
    managed = [row for row in model if row["management_status"] == "managed"]
    with visit(browser, release, "ranking.html") as seen:
        page = seen.page
        assert ranks(page) == [row["rank"] for row in model]
        page.select_option("#f-status", "managed")
        assert ranks(page) == [row["rank"] for row in managed]
        assert page.inner_text("#count") == f"Showing {len(managed)} of 300 people: managed."
        page.select_option("#f-division", "North")
        assert ranks(page) == [row["rank"] for row in managed if row["division"] == "North"]
        page.click("#f-clear")
        # The form is reset a moment after the click. Not `wait_for_function`: its second look is an
        # `eval` in the page, which the page's own security policy forbids.
        expect(page.locator("#count")).to_have_text(re.compile("^All 300"))
        for box, wanted in (
            ("#f-urgent", lambda row: row["is_urgent"]),
            ("#f-meeting", lambda row: row["is_on_meeting_list"]),
            ("#f-new", lambda row: row["is_new_in_top_n"] or row["is_new_in_top_30"]),
        ):
            page.check(box)
            assert ranks(page) == [row["rank"] for row in model if wanted(row)]
            page.uncheck(box)
        page.select_option("#f-custody", "in custody")
        assert ranks(page) == [row["rank"] for row in model if row["in_custody"]]
        page.select_option("#f-custody", "")
        page.fill("#f-q", "MALLEY-stone ivo")
        named = [row for row in model if (row["surname"], row["forename"]) == ("O'Malley-Stone", "Ivo")]
        assert ranks(page) == [row["rank"] for row in named]
        page.fill("#f-q", "nobody is called this")
        assert ranks(page) == []
        assert page.is_visible("#none-found")


def test_sorting(browser: Browser, release: Any, people: Invented) -> None:
    model = listed(people)

    def head(page: Page, column: int) -> str | None:
        return page.locator("#list-table > thead th").nth(column).get_attribute("aria-sort")

    with visit(browser, release, "ranking.html") as seen:
        page = seen.page
        sort = page.locator("#list-table button.sort")
        assert head(page, 0) == "ascending"
        sort.nth(8).click()
        assert (head(page, 8), head(page, 0)) == ("descending", None)
        by_harm = sorted(model, key=lambda row: (-row["weighted_harm_days"], row["rank"]))
        assert ranks(page) == [row["rank"] for row in by_harm]
        sort.nth(8).click()
        assert head(page, 8) == "ascending"
        by_harm = sorted(model, key=lambda row: (row["weighted_harm_days"], row["rank"]))
        assert ranks(page) == [row["rank"] for row in by_harm]
        sort.nth(1).click()
        by_move = sorted(
            model, key=lambda row: (row["rank_change"] is None, -(row["rank_change"] or 0), row["rank"])
        )
        assert ranks(page) == [row["rank"] for row in by_move], "who has no movement comes last"
        sort.nth(0).click()
        assert ranks(page) == list(range(1, 301))


def focused(page: Page) -> str:
    """Return the id of what has the focus, else its text."""
    found: str = page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
    return found


def tab_to(page: Page, name: str, most: int = 40) -> None:
    """Press Tab until something has the focus, as a reader would; fail when it cannot be reached."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    pytest.fail(f"{name} is not reached with Tab; the focus is on {focused(page)}")


def test_by_keyboard_alone(browser: Browser, release: Any, people: Invented) -> None:
    """Skip link, search, filter, sort, open a card, read it, close it: the focus goes back where it was."""
    model = listed(people)
    wanted = next(row for row in model if row["rank"] > 5 and row["management_status"] == "managed")
    with visit(browser, release, "ranking.html") as seen:
        page, press = seen.page, seen.page.keyboard.press
        press("Tab")
        assert focused(page) == "Skip to the content"
        assert page.locator(".skip").bounding_box()["x"] >= 0, "it shows when it has the focus"
        press("Enter")
        assert focused(page) == "main"
        tab_to(page, "f-q")
        page.keyboard.type(wanted["nominal_id"])
        assert ranks(page) == [wanted["rank"]]
        for _ in wanted["nominal_id"]:
            press("Backspace")
        assert len(ranks(page)) == 300
        press("Tab")
        assert focused(page) == "f-status"
        page.keyboard.type("managed")
        managed = [row for row in model if row["management_status"] == "managed"]
        assert ranks(page) == [row["rank"] for row in managed]
        tab_to(page, "Score")
        press("Enter")
        press("Enter")
        assert ranks(page) == [row["rank"] for row in reversed(managed)]
        last = managed[-1]
        tab_to(page, f"{last['surname']}, {last['forename']}")
        press("Enter")
        assert page.locator(".card h3").inner_text().endswith(last["nominal_id"])
        press("ArrowDown")
        before = managed[-2]
        assert focused(page) == f"{before['surname']}, {before['forename']}", "hidden rows are passed over"
        press("ArrowUp")
        tab_to(page, "Close")
        press("Escape")
        assert page.locator(".card").count() == 0
        assert focused(page) == f"{last['surname']}, {last['forename']}"


def number(text: str) -> float:
    return float(text.replace(",", "").replace("\u2212", "-"))


def test_a_card_says_what_the_model_says(browser: Browser, release: Any, people: Invented) -> None:
    person = listed(people)[1]
    rows = people.rows
    offences = [row for row in rows["rpt_ranking__offences"] if row["nominal_id"] == person["nominal_id"]]
    with visit(browser, release, "ranking.html") as seen:
        page = seen.page
        assert page.locator(".card").count() == 0, "cards are built when they are opened"
        button = page.locator("button.person").nth(1)
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
        card = page.locator(".card")
        name = f"{person['surname']}, {person['forename']}"
        assert card.locator("h3").inner_text() == f"2 \u00b7 {name} \u00b7 {person['nominal_id']}"
        adds = [number(text) for text in card.locator(".terms tbody td.num").all_inner_texts()]
        total = number(card.locator(".terms tfoot td.num").inner_text())
        assert round(sum(adds), 2) == total == round(person["score"], 2)
        assert card.locator("table.offences tbody tr").count() == len(offences)
        assert len(card.locator("svg.history path").get_attribute("d") or "") > 20
        assert "last 2 on 20 Sep 2026" in (card.locator("svg.history").get_attribute("aria-label") or "")
        assert "It adopts nobody." in card.locator(".note").inner_text()
        card.screenshot(path=artefact("release-ranking-card.png"))


def test_a_link_opens_the_card_even_of_somebody_filtered_out(
    browser: Browser, release: Any, people: Invented
) -> None:
    person = next(row for row in listed(people) if row["management_status"] == "managed")
    suffix = f"?status=considered#p-{person['nominal_id']}"
    with visit(browser, release, "ranking.html", suffix=suffix) as seen:
        assert person["nominal_id"] in seen.page.locator(".card h3").inner_text()
        assert len(ranks(seen.page)) == 300
