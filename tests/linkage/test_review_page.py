"""Clerical review end to end: the page in a real browser, the file it writes, what comes of it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Page

from insight_pipeline.cli.review import make_queue, make_reviewer, review_command
from insight_pipeline.contracts.offline import (
    check_file,
    find_contract,
    find_manifest,
    load_law,
    same_dataset,
)
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.policy import load_linkage_policy
from insight_pipeline.linkage.review.audit import audit
from insight_pipeline.linkage.review.decisions import load_decisions
from insight_pipeline.linkage.review.desk import Desk
from insight_pipeline.linkage.review.notebook import Notebook
from insight_pipeline.linkage.review.server import Server
from insight_pipeline.linkage.review.workspace import Workspace, open_workspace
from insight_pipeline.linkage.summary import LinkageInputs
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import load_models
from tests.browser import DESKTOP, NARROW, Scheme
from tests.conftest import ROOT
from tests.linkage.making import Row, keys
from tests.unit.linkage.review.linked import CANARIES, CANARY, linked_home, rows

pytestmark = pytest.mark.browser
STEM = "council__linkage_decisions"
REASON = "Her sister, said the case worker; Zyxquandrel is a family name"
START = "from insight_pipeline.cli.review import review_command; review_command()"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return linked_home(tmp_path_factory.mktemp("linked"), evidence())


def evidence() -> list[Row]:
    """The canary's own record twice, so that the question is about more than two records."""
    listed = rows()
    own = next(row for row in listed if row["record_id"] == "north:7003a")
    return [*listed, {**own, "record_id": "west:7003c", "provider_id": "west"}]


@pytest.fixture
def home(store: Settings, tmp_path: Path) -> Settings:
    """A home of its own that shares the store and its model."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "identity.duckdb").symlink_to(store.identity)
    (home / "models").symlink_to(store.models)
    return Settings(home=home, project=ROOT)


@dataclass(frozen=True)
class Office:
    """What reviews of one store share: reading the project takes longer than a test."""

    workspace: Workspace
    catalogue: Catalogue


@pytest.fixture(scope="module")
def office(store: Settings) -> Iterator[Office]:
    with open_workspace(store) as workspace:
        yield Office(workspace, load_catalogue(store))


@dataclass
class Running:
    """A review on this machine and what it logged."""

    url: str
    log: list[str]


@contextmanager
def review(office: Office, home: Settings, *, blind: bool = False) -> Iterator[Running]:
    workspace = office.workspace
    queue = make_queue(workspace, home, office.catalogue, None)
    sitting = make_reviewer(office.catalogue, home, "ada", is_blind=blind)
    notebook = Notebook(home.home / "review", "ada")
    log: list[str] = []
    with Server(Desk(workspace, queue, notebook, sitting, now), 0, log.append) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield Running(server.application.url, log)
        server.shutdown()
        thread.join(10)


def now() -> datetime:
    return datetime(2025, 7, 8, 9, 30, tzinfo=UTC)


@contextmanager
def program(home: Settings) -> Iterator[Running]:
    """A review that runs as a program of its own; all it said is in `log` when it has ended."""
    environment = {**os.environ, **home.environment(), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", START, "--reviewer", "ada"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("Review: "), process.communicate()[1]
        running = Running(said.removeprefix("Review: ").strip(), [said])
        yield running
    finally:
        process.terminate()
        running.log += process.communicate(timeout=120)


@contextmanager
def opened(browser: Browser, url: str, scheme: Scheme = "light") -> Iterator[Page]:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: wrong.append(asked.url) if _is_foreign(asked.url, url) else 0)
    page.goto(url)
    yield page
    context.close()
    assert [line for line in wrong if "422" not in line and "favicon" not in line] == []


def _is_foreign(asked: str, own: str) -> bool:
    return not asked.startswith(own.split("/", 3)[0] + "//" + own.split("/")[2])


def run(home: Settings, *options: str) -> Result:
    return CliRunner(env=home.environment()).invoke(review_command, options)


def open_canary(page: Page) -> None:
    page.locator("tbody a").first.click()
    page.get_by_text(CANARY).first.wait_for()


def judge(page: Page, verdict: str) -> None:
    page.get_by_label("Reason", exact=True).select_option("relatives")
    page.get_by_label("In your own words").fill(REASON)
    page.get_by_role("button", name=verdict).click()
    page.get_by_role("heading", name="Verdict kept").wait_for()


def written(home: Settings) -> list[Path]:
    return sorted((home.inbox / "council" / "linkage_decisions").glob("*.csv"))


def staged(home: Settings, file: Path, folder: Path) -> Path:
    """The file as staging leaves it, once it has been judged and accepted."""
    with duckdb.connect() as con:
        con.execute("create schema accepted")
        con.execute(f"""
            create table accepted.{STEM} as
            select *, 'd1' as _delivery_id, row_number() over () as _row
            from read_csv('{file}', all_varchar = true)
        """)
        (model,) = [m for m in load_models(home.sql / "staging") if m.name == f"stg_{STEM}"]
        path = folder / "linkage_decision.parquet"
        con.execute(f"copy ({model.query}) to '{path}' (format parquet)")
    return path


def test_a_pair_is_judged_and_the_decision_takes_effect(
    browser: Browser, office: Office, home: Settings, tmp_path: Path
) -> None:
    with review(office, home) as running, opened(browser, running.url) as page:
        open_canary(page)
        judge(page, "Different people")
        page.get_by_role("link", name="Back to the list").click()
        assert "1 kept on this machine" in page.locator("#kept").inner_text()
        page.get_by_role("button", name="Write decisions").click()
        page.get_by_text("1 decision is in the inbox").wait_for()
    (file,) = written(home)
    contract, law = load_law(find_contract(STEM, home), home)
    manifest = find_manifest(file, None)
    assert manifest is not None and manifest.rows == 1
    same_dataset(contract, manifest)
    checked = check_file(file, contract, law, manifest, home)
    assert checked.sound, checked.issues
    with duckdb.connect() as con:
        policy = load_linkage_policy(home.contracts / "linkage.yaml")
        counts = load_decisions(con, [staged(home, file, tmp_path)], policy)
        assert (counts.decisions, counts.different, counts.same) == (1, 2, 0)
        told = con.execute("select verdict_code, reason_code, reason, reviewer_id from decision")
        assert told.fetchall() == [("different", "relatives", REASON, "ada")]


def test_the_ledger_follows_the_decision_at_the_next_night(
    browser: Browser, office: Office, home: Settings, tmp_path: Path
) -> None:
    with review(office, home) as running, opened(browser, running.url) as page:
        open_canary(page)
        judge(page, "Different people")
        page.goto(running.url)
        page.get_by_role("button", name="Write decisions").click()
        page.get_by_role("status").wait_for()
    decided = LinkageInputs(decision=(staged(home, written(home)[0], tmp_path),))
    city = linked_home(tmp_path / "city", evidence())
    one, twin, other = "north:7003a", "west:7003c", "south:7003b"
    before = keys(city.identity)
    assert before[one] == before[twin] == before[other]
    link(tmp_path / "city" / "evidence.parquet", city.identity, decided, city)
    after = keys(city.identity)
    assert after[one] == after[twin] == before[one]
    assert after[other] != after[one]
    assert {k: v for k, v in after.items() if "7003" not in k} == {
        k: v for k, v in before.items() if "7003" not in k
    }
    with open_workspace(city) as workspace:
        (told,) = audit(workspace.con)
        assert (told.reason, told.reviewer_id, told.state) == (REASON, "ada", "in effect")
    listed = run(city, "--audit")
    assert "relatives" in listed.output and REASON not in listed.output


def test_a_verdict_outlives_the_browser_and_the_program(
    browser: Browser, office: Office, home: Settings
) -> None:
    with review(office, home) as running, opened(browser, running.url) as page:
        before = page.locator("tbody tr").count()
        open_canary(page)
        judge(page, "Unsure")
    with review(office, home) as running, opened(browser, running.url) as page:
        assert page.locator("tbody tr").count() == before - 1
        assert "1 kept on this machine" in page.locator("#kept").inner_text()
        page.get_by_role("button", name="Done").click()
        page.get_by_role("heading", name="Review closed").wait_for()


def test_a_verdict_without_a_reason_is_not_kept(
    browser: Browser, office: Office, home: Settings
) -> None:
    with review(office, home) as running, opened(browser, running.url) as page:
        open_canary(page)
        page.get_by_role("button", name="Same person").click()
        assert page.locator("h1").inner_text() == "Are both sides one person?"
        page.evaluate("document.getElementById('verdict').noValidate = true")
        page.get_by_role("button", name="Same person").click()
        page.get_by_role("heading", name="Not kept yet").wait_for()
        assert page.locator(".wrong li").count() == 2
        page.goto(running.url)
        assert "0 kept on this machine" in page.locator("#kept").inner_text()


def test_keys_give_verdicts(browser: Browser, office: Office, home: Settings) -> None:
    with review(office, home) as running, opened(browser, running.url) as page:
        open_canary(page)
        page.keyboard.press("r")
        page.keyboard.type("Rel")
        page.keyboard.press("Tab")
        page.keyboard.type("seen us")
        assert page.get_by_label("In your own words").input_value() == "seen us"
        page.keyboard.press("Alt+u")
        page.get_by_text("Unsure").wait_for()
        page.get_by_role("heading", name="Verdict kept").wait_for()


def test_a_blind_reviewer_sees_the_weight_only_after_judging(
    browser: Browser, office: Office, home: Settings
) -> None:
    with review(office, home, blind=True) as running, opened(browser, running.url) as page:
        assert "Weight" not in page.locator("thead").inner_text()
        open_canary(page)
        assert page.locator("svg").count() == 0
        assert "bits" not in page.locator("main").inner_text()
        judge(page, "Same person")
        assert "judged blind" in page.get_by_role("status").inner_text()
        page.get_by_role("link", name="Look at it again").click()
        page.locator("svg.waterfall").wait_for()
        judge(page, "Different people")
        assert "judged blind" not in page.get_by_role("status").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, NARROW])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser, office: Office, home: Settings, scheme: Scheme, width: int
) -> None:
    def audit(page: Page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    with review(office, home) as running, opened(browser, running.url, scheme) as page:
        page.set_viewport_size({"width": width, "height": 800})
        audit(page)
        open_canary(page)
        assert page.locator("svg.waterfall, svg.graph").count() == 2
        for summary in page.locator("summary").all():
            summary.click()
        audit(page)
        judge(page, "Different people")
        audit(page)
        page.get_by_role("link", name="Decisions").click()
        page.get_by_text(REASON).wait_for()
        audit(page)


def test_the_page_shows_values_and_nothing_else_does(browser: Browser, home: Settings) -> None:
    with program(home) as running, opened(browser, running.url) as page:
        open_canary(page)
        shown = page.content()
        address = page.url
        judge(page, "Different people")
        page.goto(running.url)
        page.get_by_role("button", name="Write decisions").click()
    assert CANARY in shown and "Quibblewort" in shown
    listed, audited = run(home, "--list"), run(home, "--audit")
    assert (listed.exit_code, audited.exit_code) == (0, 0)
    assert "weak_cut" in listed.output
    log = "".join(running.log)
    told = log + listed.output + audited.output + address
    assert "verdict 200" in log and "write 200" in log
    for canary in CANARIES:
        assert canary not in told
