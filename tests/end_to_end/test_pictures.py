"""What a data engineer sees in the real Dagster UI: charts that are displayed, checks by name.

With INSIGHT_PICTURES_OF=<home with a finished night> the pages of that home are opened instead, and
the pictures of docs/images/dagster-*.png are taken from them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from insight_pipeline.defs.feed_checks import CHECKS
from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.defs.workspace import prepare_dagster_home
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.project import REPOSITORY, settings_for

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

HOME = os.environ.get("INSIGHT_PICTURES_OF")
IMAGES = REPOSITORY / "docs" / "images"
LARGEST_PICTURE = 300_000
WIDTH, HEIGHT = 1280, 960
START_SECONDS, PATIENCE = 300, 60_000
FEED = "accepted/wellpath__referrals"
NATURAL_WIDTHS = "images => images.map(image => image.naturalWidth)"


@dataclass(frozen=True)
class Desk:
    """A browser page before a running webserver."""

    page: Page
    address: str

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}/{path}")
        return self.page

    def keep(self, name: str, **clip: Any) -> None:
        """Write the picture of a document, where that was asked for."""
        if HOME:
            path = IMAGES / f"dagster-{name}.png"
            self.page.wait_for_timeout(3_000)  # let the page come to rest
            self.page.screenshot(path=path, **clip)
            assert path.stat().st_size < LARGEST_PICTURE, path


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a night that Dagster has on disk."""
    if HOME:
        return settings_for(Path(HOME))
    folder = tmp_path_factory.mktemp("pictures")
    made = settings_for(folder / "home")
    simulate(made.inbox, folder / "truth", citizens=400, months=12, seed=7)
    assert run_nightly(made).succeeded
    return made


@pytest.fixture(scope="module")
def address(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    prepare_dagster_home(settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    program = Path(sys.executable).with_name("dagster-webserver")
    log = tmp_path_factory.mktemp("webserver") / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [program, "-h", "127.0.0.1", "-p", port, "-m", "insight_pipeline.definitions"],
            cwd=REPOSITORY,
            env={**settings.environment(), "DAGSTER_HOME": str(settings.dagster_home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _answering(f"http://127.0.0.1:{port}", server, log)
        finally:
            server.terminate()
            server.wait(30)


def _answering(address: str, server: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        with suppress(OSError), urllib.request.urlopen(f"{address}/server_info", timeout=10):  # noqa: S310
            return address
        time.sleep(1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def desk(address: str, browser: Browser) -> Iterator[Desk]:
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield Desk(page, address)
    context.close()


def charts_of(desk: Desk, asset: str) -> Locator:
    """The images behind the asset's entry `charts`, each of them displayed."""
    page = desk.open(f"assets/{asset}")
    row = page.get_by_role("row").filter(has=page.get_by_text("charts", exact=True))
    row.get_by_text("[Show Markdown]").click()
    images = page.locator("img[src^='data:image/svg']")
    expect(images.first).to_be_visible()
    assert all(width > 300 for width in images.evaluate_all(NATURAL_WIDTHS))
    return images


def test_a_feed_shows_its_arrivals_its_rows_and_its_columns(desk: Desk) -> None:
    images = charts_of(desk, FEED)
    expect(images).to_have_count(3)
    for words in ("Arrivals by the month", "Rows received", "Completeness by column"):
        expect(desk.page.get_by_alt_text(words)).to_be_visible()
    desk.keep("delivery")


@pytest.mark.parametrize(
    ("asset", "words"),
    [
        ("service_levels/scorecard", "Arrivals by the month"),
        ("identity/person", "People by number of records"),
        ("identity/linkage_quality", "Pairs of records by match weight"),
        ("indicators/people_served", "the borough's total"),
    ],
)
def test_other_assets_show_theirs(desk: Desk, asset: str, words: str) -> None:
    charts_of(desk, asset)
    expect(desk.page.get_by_alt_text(words)).to_be_visible()


def test_every_check_of_a_feed_is_listed_with_its_outcome(desk: Desk) -> None:
    page = desk.open(f"assets/{FEED}?view=checks&checkDetail=volume_is_as_usual")
    for name in CHECKS:
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    expect(page.get_by_text("non-blocking")).to_be_visible()
    desk.keep("checks")


def test_a_feed_tells_its_owner_its_cost_and_where_its_feedback_lies(desk: Desk) -> None:
    page = desk.open(f"assets/{FEED}")
    for words in ("cost_cpu_seconds", "peak_memory_mb", "feedback_page", "fingerprint"):
        expect(page.get_by_text(words, exact=True).first).to_be_visible()
    expect(page.get_by_text("information@wellpath.example").first).to_be_visible()


def test_the_graph_shows_every_step_from_landing_to_publication(desk: Desk) -> None:
    page = desk.open("asset-groups")
    for group in ("landing", "contracts", "staging", "linkage", "core", "publication"):
        expect(page.get_by_text(group, exact=True).first).to_be_visible()
    if HOME:
        _stand_upright(page)
    desk.keep("graph")


def _stand_upright(page: Page) -> None:
    """Landing on top and publication below, as large as fits: only for the picture."""
    page.mouse.click(WIDTH - 27, HEIGHT - 108)  # the graph's settings have no name
    page.get_by_text("vertical orientation").click()
    page.reload()
    expect(page.get_by_text("publication", exact=True).first).to_be_visible()


def test_the_list_of_runs_shows_the_night(desk: Desk) -> None:
    page = desk.open("runs")
    expect(page.get_by_text("Success").first).to_be_visible()


@pytest.mark.skipif(not HOME, reason="its home has no run of the schedule; test_operations has")
def test_the_timeline_shows_what_runs_when(desk: Desk) -> None:
    """Runs that the webserver, the schedule or the sensor asked for; not `insight nightly`."""
    page = desk.open("overview/activity/timeline")
    page.get_by_text("1hr").click()
    expect(page.get_by_text("nightly", exact=True).first).to_be_visible()
    desk.keep("runs", clip={"x": 0, "y": 0, "width": WIDTH, "height": 330})
