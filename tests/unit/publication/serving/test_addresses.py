"""Which addresses there are: plain files of finished releases, and ways to them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.publication.serving.addresses import Elsewhere, Page, Shelf, find
from tests.unit.publication.serving.conftest import HIDDEN, NEW, OLD


@pytest.mark.parametrize(
    ("target", "inside"),
    [
        (f"/{NEW}/site/", "site/index.html"),
        (f"/{NEW}/site/index.html", "site/index.html"),
        (f"/{NEW}/site/indicators/kept.html?x=1#top", "site/indicators/kept.html"),
        (f"/{OLD}/indicators.csv", "indicators.csv"),
        (f"/{NEW}/SHA256SUMS", "SHA256SUMS"),
        (f"/{NEW}/a%20b%26c.txt", "a b&c.txt"),
    ],
)
def test_files_of_every_release_are_found(shelf: Shelf, target: str, inside: str) -> None:
    page = find(shelf, target)
    assert isinstance(page, Page)
    assert page.inside.as_posix() == inside
    assert page.file == shelf.folder / target.split("/")[1] / inside


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/", f"/{NEW}/site/"),
        ("/?a=b", f"/{NEW}/site/"),
        ("/latest", f"/{NEW}/site/"),
        ("/latest/site/style.css", f"/{NEW}/site/style.css"),
        ("/latest/a%20b%26c.txt", f"/{NEW}/a%20b%26c.txt"),
        (f"/{OLD}", f"/{OLD}/site/"),
        (f"/{OLD}/", f"/{OLD}/site/"),
        (f"/{OLD}/site", f"/{OLD}/site/"),
        (f"/{OLD}/site/explore", f"/{OLD}/site/explore/"),
    ],
)
def test_short_ways_lead_to_an_address_that_names_its_release(
    shelf: Shelf, target: str, address: str
) -> None:
    assert find(shelf, target) == Elsewhere(address)


def test_pages_of_a_visit_come_from_one_release_though_latest_moves_on(shelf: Shelf) -> None:
    point_latest(shelf.folder, OLD, date(2025, 6, 30))
    assert find(shelf, "/") == Elsewhere(f"/{OLD}/site/")
    assert isinstance(find(shelf, f"/{NEW}/site/style.css"), Page)


def test_a_shelf_can_begin_with_another_release(shelf: Shelf) -> None:
    assert find(Shelf(shelf.folder, OLD), "/") == Elsewhere(f"/{OLD}/site/")


@pytest.mark.parametrize(
    "target",
    [
        "",
        "*",
        "http://127.0.0.1/",
        f"//{NEW}/site/",
        f"/{NEW}//site/",
        f"/{NEW}/../../identity.duckdb",
        f"/{NEW}/%2e%2e/%2e%2e/identity.duckdb",
        f"/{NEW}/..%2f..%2fidentity.duckdb",
        f"/{NEW}/..%5c..%5cidentity.duckdb",
        f"/{NEW}/site/../indicators.csv",
        f"/{NEW}/site/./index.html",
        "/../identity.duckdb",
        f"/{NEW}/site/%00index.html",
        f"/{NEW}/site/%ff",
        f"/{NEW}/site/.hidden",
        f"/{NEW}/out.txt",
        f"/{NEW}/outside/identity.duckdb",
        f"/{NEW}/pipe",
        f"/{NEW}/site/empty/",
        f"/{NEW}/site/empty",
        f"/{NEW}/nothing.csv",
        f"/{NEW}/indicators.csv/",
        f"/{NEW}.next/site/",
        "/unfinished/indicators.csv",
        "/linked/identity.duckdb",
        "/loose.txt",
        "/latest.json",
        "/latest/../loose.txt",
        pytest.param("/" + "a" * 300, id="long release"),
        pytest.param(f"/{NEW}/" + "a" * 300, id="long name"),
        pytest.param(f"/{NEW}" + "/a" * 3000, id="long way"),
    ],
)
def test_nothing_else_is_there(shelf: Shelf, target: str) -> None:
    assert find(shelf, target) is None


def test_an_empty_shelf_has_no_first_page(tmp_path: Path) -> None:
    assert find(Shelf(tmp_path), "/") is None
    (tmp_path / "latest").symlink_to("gone")
    assert find(Shelf(tmp_path), "/") is None


PARTS = st.sampled_from(
    ["..", ".", "", NEW, OLD, "latest", "site", "outside", "out.txt", "identity.duckdb", "%2e%2e"]
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.one_of(PARTS, st.text(max_size=6).map(quote)), max_size=6))
def test_whatever_is_asked_only_plain_files_of_releases_are_found(
    shelf: Shelf, parts: list[str]
) -> None:
    page = find(shelf, "/" + "/".join(parts))
    if isinstance(page, Page):
        real = page.file.resolve(strict=True)
        assert real == page.file
        assert any(real.is_relative_to(shelf.folder / name) for name in (OLD, NEW))
        assert HIDDEN.encode() not in real.read_bytes()
