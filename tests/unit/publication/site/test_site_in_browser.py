"""Every page in a browser: axe, links, console, requests, 320 px, print and keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.unit.publication.site.conftest import Release

pytestmark = pytest.mark.browser
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def paths(release: Release) -> list[Path]:
    return sorted(release.site.rglob("*.html"))


@pytest.mark.slow
def test_no_page_has_an_axe_violation_in_light_or_dark(browser: Any, paths: list[Path]) -> None:
    assert _violations(browser, paths, ("light", "dark")) == {}


def test_home_and_an_indicator_have_no_axe_violation(browser: Any, release: Release) -> None:
    paths = [release.site / "index.html", release.site / "indicators" / "swims_taught.html"]
    assert _violations(browser, paths, ("light",)) == {}


def _violations(browser: Any, paths: list[Path], schemes: tuple[str, ...]) -> dict[str, str]:
    """What axe reports of WCAG 2.2 AA, by page and scheme, with all tables unfolded."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = browser.new_page(viewport={"width": 1100, "height": 900}, bypass_csp=True)
    reports = {}
    for path in paths:
        shown.goto(path.as_uri())
        shown.evaluate(OPEN_ALL)
        for scheme in schemes:
            shown.emulate_media(color_scheme=scheme)
            found = axe.run(shown, options=AXE)
            if found.violations_count:
                reports[f"{path.name}, {scheme}"] = found.generate_report()
    shown.close()
    return reports


def test_no_page_says_anything_on_the_console_or_asks_for_more_than_its_style(
    browser: Any, paths: list[Path], release: Release
) -> None:
    said: list[str] = []
    asked: list[str] = []
    shown = browser.new_page()
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.on("request", lambda request: asked.append(request.url))
    for path in paths:
        shown.goto(path.as_uri())
    pages = {path.as_uri() for path in paths}
    assert said == []
    assert set(asked) - pages == {(release.site / "style.css").as_uri()}
    shown.close()


def test_every_link_leads_to_a_file_and_to_a_place_on_it(browser: Any, paths: list[Path]) -> None:
    shown = browser.new_page()
    links: list[tuple[str, str]] = []
    ids: dict[str, set[str]] = {}
    for path in paths:
        shown.goto(path.as_uri())
        links += [
            (path.name, link)
            for link in shown.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        ]
        found = shown.eval_on_selector_all("[id]", "all => all.map(each => each.id)")
        ids[str(path)] = set(found)
    broken = [(page, link) for page, link in links if not _resolves(link, ids)]
    assert links and broken == []
    shown.close()


def _resolves(link: str, ids: dict[str, set[str]]) -> bool:
    parts = urlsplit(link)
    path = unquote(parts.path)
    if parts.scheme != "file" or not Path(path).is_file():
        return False
    return not parts.fragment or unquote(parts.fragment) in ids.get(path, set())


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_scrolls_sideways(browser: Any, paths: list[Path], width: int) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 900})
    too_wide = {}
    for path in paths:
        shown.goto(path.as_uri())
        shown.evaluate(OPEN_ALL)
        found = shown.evaluate("document.documentElement.scrollWidth")
        if found > width:
            too_wide[path.name] = found
    assert too_wide == {}
    shown.close()


def test_every_page_prints_without_being_cut_at_its_side(browser: Any, paths: list[Path]) -> None:
    shown = browser.new_page(viewport={"width": 700, "height": 900})
    for path in paths:
        shown.goto(path.as_uri())
        shown.emulate_media(media="print")
        assert shown.evaluate("document.documentElement.scrollWidth") <= 700, path.name
        assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        assert shown.locator(".top nav").is_hidden()
    shown.close()


def test_text_in_charts_is_11_pixels_or_more_on_a_small_screen(
    browser: Any, release: Release
) -> None:
    shown = browser.new_page(viewport={"width": 320, "height": 900})
    shown.goto((release.site / "indicators" / "swims_taught.html").as_uri())
    least = shown.evaluate(
        """Math.min(...[...document.querySelectorAll('.chart text')].map(text => {
            const svg = text.ownerSVGElement, shown = svg.getBoundingClientRect().width;
            return shown ? parseFloat(getComputedStyle(text).fontSize)
                * shown / svg.viewBox.baseVal.width : 99;
        }))"""
    )
    assert 11 <= least < 99
    shown.close()


def test_the_first_tab_reaches_the_skip_link_which_leads_past_the_navigation(
    browser: Any, release: Release
) -> None:
    shown = browser.new_page()
    shown.goto((release.site / "index.html").as_uri())
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    box = shown.locator(".skip").bounding_box()
    assert box and box["x"] >= 0 and box["y"] >= 0
    shown.keyboard.press("Enter")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.closest('main') !== null")
    shown.close()


def test_pages_say_everything_without_script(browser: Any, release: Release) -> None:
    """A table unfolds by the browser alone."""
    shown = browser.new_context(java_script_enabled=False).new_page()
    shown.goto((release.site / "indicators" / "swims_taught.html").as_uri())
    shown.locator("summary").first.click()
    assert shown.locator("details table").first.is_visible()
    shown.close()
