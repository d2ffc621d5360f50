"""The page in a browser: no axe violation, no sideways scroll, keyboard, search, both schemes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.sql.docs.page import page
from tests.unit.sql.docs.books import BOOK

pytestmark = pytest.mark.browser
WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("docs") / "models.html"
    path.write_text(page(BOOK), encoding="utf-8")
    return path.as_uri()


def opened(browser: Any, address: str, width: int = 1280, **options: Any) -> Any:
    found = browser.new_page(viewport={"width": width, "height": 900}, **options)
    found.goto(address)
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_has_no_axe_violation(browser: Any, address: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = opened(browser, address, width, bypass_csp=True)
    shown.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    for scheme in ("light", "dark"):
        shown.emulate_media(color_scheme=scheme)
        found = axe.run(shown)
        assert found.violations_count == 0, found.generate_report()
    shown.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_as_wide_as_the_window(browser: Any, address: str, width: int) -> None:
    shown = opened(browser, address, width)
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    shown.close()


def test_boxes_are_reached_by_keyboard_light_their_lines_and_lead_to_sections(
    browser: Any, address: str
) -> None:
    shown = opened(browser, address)
    shown.focus(".sheet")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.getAttribute('href')") == "#accepted.pool__swims"
    lit = "getComputedStyle(document.querySelector('.sheet [data-of=\"{}\"]')).strokeWidth"
    assert shown.evaluate(lit.format("accepted.pool__swims")) == "2px"
    assert shown.evaluate(lit.format("core.dim_lane")) != "2px"
    shown.keyboard.press("Enter")
    assert shown.url.endswith("#accepted.pool__swims")
    shown.close()


def test_the_search_finds_relations_by_name_and_by_column(browser: Any, address: str) -> None:
    shown = opened(browser, address)
    left = "[...document.querySelectorAll('nav li:not([hidden])')].map(each => each.innerText)"
    shown.fill("#search", "swim no")
    assert shown.evaluate(left) == ["pool__swims"]
    shown.fill("#search", "FCT")
    assert shown.evaluate(left) == ["fct_swim"]
    assert shown.inner_text("#found") == "1 of 5"
    shown.press("#search", "Enter")
    assert shown.url.endswith("#core.fct_swim")
    shown.close()


def test_the_page_asks_nothing_of_the_network_and_its_policy_lets_its_own_script_run(
    browser: Any, address: str
) -> None:
    asked: list[str] = []
    said: list[str] = []
    shown = browser.new_page()
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("console", lambda message: said.append(message.text))
    shown.goto(address)
    shown.fill("#search", "fct")
    assert [url for url in asked if url != address] == [] and said == []
    assert Path(address).name == "models.html"
    shown.close()
