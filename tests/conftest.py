"""Fixtures for every test, and a loud word about what could not be tested here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
ABSENT = "shared reference data absent"


@pytest.fixture(scope="session")
def shared_path() -> Callable[[str], Path]:
    """A file or folder of the shared reference data, or a skip that the summary repeats.

    The data rests in the folder INSIGHT_SHARED, or in shared/ beside the repository.
    """
    folder = Path(os.environ.get("INSIGHT_SHARED") or ROOT.parent / "shared")

    def find(relative: str) -> Path:
        path = folder / relative
        if not path.exists():
            pytest.skip(f"{ABSENT}: {relative} (set INSIGHT_SHARED to the folder that holds it)")
        return path

    return find


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium for tests of pages, or a skip that says so."""
    from tests.browser import open_browser  # most tests need no browser, and it is slow to import

    with open_browser() as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests measured, and name those that lacked the shared reference data."""
    measured = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "figure"
    ]
    if measured:
        terminalreporter.section("figures measured")
        for figure in measured:
            terminalreporter.line(str(figure))
    skipped = [
        report.nodeid
        for report in terminalreporter.stats.get("skipped", [])
        if ABSENT in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("NOT TESTED: shared reference data absent", yellow=True)
        for nodeid in sorted(skipped):
            terminalreporter.line(f"not tested: {nodeid}")
