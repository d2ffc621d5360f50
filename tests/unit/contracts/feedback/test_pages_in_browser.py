"""The provider's pages in a real browser: accessible, narrow, dark, and in need of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from insight_pipeline.contracts.feedback.page import index_page, summary_page
from insight_pipeline.contracts.feedback.statement import Statement
from tests.browser import (
    DESKTOP,
    NARROW,
    Scheme,
    open_page,
)
from tests.unit.contracts.feedback.statements import full_statement, statement

pytestmark = pytest.mark.browser
LONG = "https_a_very_long_name_without_any_blank_that_must_not_widen_the_page_" * 2
PARTS = ("accepted", "quarantined", "superseded", "rejected")
NOTHING = dict.fromkeys(("received", *PARTS), 0)
STATEMENTS = {
    "full": full_statement(),
    "clean": statement(**{**NOTHING, "received": 1, "accepted": 1}),
    "empty": statement(**NOTHING),
    "refused": full_statement(outcome="refused", headline="Not taken"),
    "held": full_statement(outcome="held", headline="Waiting for approval"),
    "error": statement(outcome="error", headline="Not checked yet", **NOTHING),
    "long": full_statement(title=LONG, contract=LONG, provider_name=LONG, explanation=LONG),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("outbox")
    made = {name: summary_page(shown) for name, shown in STATEMENTS.items()}
    made["index"] = index_page("Homestead Homes", _all_deliveries())
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


def _all_deliveries() -> dict[str, Statement]:
    return {
        f"cases/2025-01-01_2025-03-31/{n}_{name}": shown.model_copy(
            update={"delivery_id": f"{n}{name}", "title": f"Dataset {n % 3}"}
        )
        for n in range(10)
        for name, shown in STATEMENTS.items()
    }


@pytest.mark.parametrize("width", [DESKTOP, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*STATEMENTS, "index"])
def test_a_page_has_no_accessibility_violation_and_never_scrolls_sideways(
    browser: Browser, pages: dict[str, Path], name: str, scheme: Scheme, width: int
) -> None:
    with open_page(browser, pages[name], width=width, scheme=scheme) as page:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_audit_would_notice_a_fault(browser: Browser, pages: dict[str, Path]) -> None:
    text = pages["full"].read_text(encoding="utf-8").replace("--soft: #55606e", "--soft: #dddddd")
    spoiled = pages["full"].with_name("spoiled.html")
    spoiled.write_text(text.replace(' lang="en-GB"', ""), encoding="utf-8")
    with open_page(browser, spoiled) as page:
        broken = {violation["id"] for violation in Axe().run(page).response["violations"]}
    assert {"color-contrast", "html-has-lang"} <= broken


def test_every_link_can_be_reached_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    with open_page(browser, pages["full"]) as page:
        links = page.locator("a").count()
        reached = []
        for _ in range(links):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
    assert reached == ["../../../index.html", "issues.xlsx", "rows_to_correct.csv"]


def test_the_picture_is_as_wide_as_its_table_says(browser: Browser, pages: dict[str, Path]) -> None:
    with open_page(browser, pages["full"]) as page:
        whole = page.locator("svg.bar").bounding_box()
        part = page.locator("svg.bar rect.accepted").bounding_box()
    assert whole and part
    assert part["width"] / whole["width"] == pytest.approx(1121 / 1204, abs=0.01)
