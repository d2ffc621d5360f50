"""The query page in Chromium, from the server of `insight serve`, over a real release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest

from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.serving.addresses import Shelf
from insight_pipeline.publication.serving.server import open_server
from tests.unit.publication.explore.conftest import Explored

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SERIES = "swims_taught"
PATIENCE = 30_000


@dataclass
class Visit:
    """An open query page, and what it asked of whom."""

    page: Any
    address: str
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def state(self, text: str | re.Pattern[str]) -> None:
        expected = sync_api.expect(self.page.locator("#state-text"))
        expected.to_have_text(text, timeout=PATIENCE)

    def ask(self, sql: str) -> None:
        self.page.fill("#sql", sql)
        self.page.press("#sql", "Control+Enter")

    def rows(self) -> list[list[str]]:
        found: list[list[str]] = self.page.eval_on_selector_all(
            "#rows tr", "all => all.map(row => [...row.cells].map(cell => cell.textContent))"
        )
        return found


@pytest.fixture(scope="module")
def address(explored: Explored) -> Iterator[str]:
    with open_server(Shelf(explored.folder.parent, explored.folder.name), 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"{server.address}{explored.folder.name}/site/explore/"
        server.shutdown()


@pytest.fixture(scope="module")
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """One page for all tests: starting DuckDB takes a second or two."""
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    made = Visit(page, address)
    page.on("request", lambda request: made.asked.append(request.url))
    page.on("pageerror", lambda error: made.errors.append(str(error)))
    page.goto(address)
    made.state("The database is open.")
    yield made
    assert made.errors == []
    page.close()


def test_every_question_is_answered_at_a_click(visit: Visit) -> None:
    for question in load_questions():
        visit.page.click(f"[data-question={question.question_id}]")
        visit.state(re.compile(f"^{re.escape(question.title)}: .*rows?"))
        assert visit.page.input_value("#sql") == question.sql.strip()
        assert len(visit.rows()[0]) > 1


def test_an_own_question_is_answered_as_duckdb_answers_it(visit: Visit, explored: Explored) -> None:
    sql = f"select period, value, lower95, shorthand from trend('{SERIES}') order by period_from"
    visit.ask(sql)
    visit.state(re.compile("^Answer: 1[0-9] rows"))
    with duckdb.connect(str(explored.folder / "indicators.duckdb"), read_only=True) as con:
        expected = con.sql(f"select coalesce(columns(*)::varchar, '') from ({sql})").fetchall()
    assert visit.rows()[1:] == [list(row) for row in expected]


def test_a_series_is_drawn_and_several_indicators_are_not(visit: Visit) -> None:
    visit.ask(f"from trend('{SERIES}')")
    visit.state(re.compile("^Answer: "))
    drawn = visit.page.locator("#chart svg")
    assert "value by period, 1" in drawn.get_attribute("aria-label")
    assert visit.page.locator("#chart .dot").count() > 10
    visit.page.select_option("#drawn", label="numerator")
    assert "numerator by period, 1" in drawn.get_attribute("aria-label")
    visit.ask("select title, max(value) as value from figure group by title")
    visit.state(re.compile("^Answer: "))
    assert visit.page.locator("#drawing").is_hidden()


def test_the_answer_is_downloaded_as_csv_with_all_its_rows(visit: Visit, tmp_path: Path) -> None:
    visit.ask("""
        select i, case i when 1 then 'a, "b"' when 2 then '' when 3 then null else 'ü' end as text
        from range(1, 1001) as numbers (i) order by i
    """)
    visit.state("Answer: 1,000 rows; the first 500 are shown.")
    assert len(visit.rows()) == 501
    with visit.page.expect_download() as download:
        visit.page.click("#save")
    path = tmp_path / "answer.csv"
    download.value.save_as(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[:5] == ["i,text", '1,"a, ""b"""', '2,""', "3,", "4,ü"]
    assert lines[-2:] == ["1000,ü", ""]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("selec", 'Parser Error: syntax error at or near "selec"'),
        ("from figures", 'Did you mean "figure"'),
        ("create table mine as select 1", "read-only mode"),
        ("from 'https://example.org/x.csv'", "disabled by configuration"),
        ("set lock_configuration = false", "the configuration has been locked"),
    ],
)
def test_what_cannot_be_answered_is_said_and_the_next_question_is(
    visit: Visit, sql: str, said: str
) -> None:
    visit.ask(sql)
    visit.state("DuckDB could not answer this. It says:")
    assert said in visit.page.inner_text("#state-detail")
    assert visit.page.locator("#state[role=status]").count() == 1
    assert visit.page.locator("#answer").is_hidden()
    visit.ask("select 1 as one")
    visit.state("Answer: 1 row.")
    assert visit.page.locator("#state-detail").is_hidden()


def test_values_are_written_as_duckdb_writes_them(visit: Visit) -> None:
    values = {
        "1.50::decimal(18, 2)": "1.50",
        "-0.05::decimal(4, 2)": "-0.05",
        "9007199254740993::bigint": "9007199254740993",
        "-12345678901234567890123456789::hugeint": "-12345678901234567890123456789",
        "date '1900-02-28'": "1900-02-28",
        "timestamp '2025-04-01 10:00:00'": "2025-04-01 10:00:00",
        "time '23:59:01'": "23:59:01",
        "['a', null]": "[a, NULL]",
        "{'a': 1.5}": "{'a': 1.5}",
        "true": "true",
        "null::integer": "",
    }
    visit.ask("select " + ", ".join(values))
    visit.state("Answer: 1 row.")
    found = visit.rows()[1]
    expected = [
        text if text is not None else found[place] for place, text in enumerate(values.values())
    ]
    assert found == expected


def test_too_many_rows_are_cut_and_a_long_question_can_be_stopped(visit: Visit) -> None:
    visit.ask("from range(300000)")
    visit.state("Answer: The first 100,000 rows; the rest was left.")
    visit.ask("select count(*) from range(1000000000) a, range(1000000) b where hash(a, b) = 1")
    visit.state("Asking …")
    visit.page.click("#stop")
    visit.state("Stopped. The database is open again.")
    visit.ask("select 2 as two")
    visit.state("Answer: 1 row.")


def test_rows_of_a_table_are_a_button_away(visit: Visit) -> None:
    visit.page.click("summary:has-text('indicator_service')")
    visit.page.click("[data-relation=indicator_service]")
    visit.state(re.compile("^Rows of indicator_service: "))
    assert visit.page.evaluate("document.activeElement.id") == "answer"


def test_the_keyboard_is_enough(visit: Visit) -> None:
    """From the last link before them through the questions to the editor, and to the answer."""
    first = load_questions()[0]
    visit.page.focus(f"[data-question={first.question_id}]")
    visit.page.keyboard.press("Enter")
    visit.state(re.compile(f"^{re.escape(first.title)}: "))
    assert visit.page.evaluate("document.activeElement.id") == "answer"
    visit.page.focus(f"[data-question={load_questions()[-1].question_id}]")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.id") == "sql"
    visit.page.keyboard.press("Control+Enter")
    visit.state(re.compile("^Answer: "))
    assert visit.page.evaluate("document.activeElement.id") == "sql"


def test_nothing_is_asked_of_any_other_machine(visit: Visit) -> None:
    root = visit.address.rpartition("/site/")[0]
    assert f"{root}/indicators.duckdb" in visit.asked
    outside = [url for url in visit.asked if not url.startswith((root, "blob:"))]
    assert outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violation_before_and_after_an_answer(
    browser: Any, address: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_page(bypass_csp=True, color_scheme=scheme)
    page.goto(address)
    visit = Visit(page, address)
    visit.state("The database is open.")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    for sql in ("", "selec", f"from trend('{SERIES}')"):
        if sql:
            visit.ask(sql)
            visit.state(re.compile("^(Answer|DuckDB)"))
        found = axe.run(page, options=AXE)
        assert found.violations_count == 0, found.generate_report()
    page.close()


def test_the_page_fits_320_pixels(visit: Visit) -> None:
    visit.ask(f"from trend('{SERIES}')")
    visit.state(re.compile("^Answer: "))
    visit.page.set_viewport_size({"width": 320, "height": 800})
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 320
    visit.page.set_viewport_size({"width": 1100, "height": 900})


def test_opened_from_a_disk_the_page_says_what_to_run(browser: Any, explored: Explored) -> None:
    page = browser.new_page()
    page.goto((explored.folder / "site/explore/index.html").as_uri())
    assert "insight serve" in page.inner_text("#state-text")
    assert page.locator("button:enabled").count() == 0
    page.close()


def test_without_script_the_page_says_so(browser: Any, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    assert "needs JavaScript" in page.inner_text("noscript")
    page.close()


def test_a_missing_database_is_told(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.route("**/indicators.duckdb", lambda route: route.fulfill(status=404))
    page.goto(address)
    visit = Visit(page, address)
    visit.state(re.compile("^The database could not be opened"))
    assert "the server said 404" in page.inner_text("#state-detail")
    page.close()
