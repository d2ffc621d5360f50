"""A real browser for tests of pages; where there is none, they skip and say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, NARROW = 1280, 320
Scheme = Literal["light", "dark"]


def browser_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium, closed at the end; skips where there is none."""
    path = browser_path()
    if path is None:
        pytest.skip(f"pages are NOT TESTED in a browser: none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@contextmanager
def open_page(
    browser: Browser,
    path: Path,
    *,
    width: int = DESKTOP,
    scheme: Scheme = "light",
    scale: float = 1,
) -> Iterator[Page]:
    """A page of a file; anything it would fetch from elsewhere fails the test."""
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        device_scale_factor=scale,
        offline=True,
    )
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(path.as_uri())
    yield page
    assert fetched == [path.as_uri()]
    context.close()
