"""The site as files: which pages there are, the same bytes again, nothing but what is needed."""

from __future__ import annotations

import shutil
from pathlib import Path

from insight_pipeline.publication.site.step import write_site
from tests.unit.publication.site.conftest import HEADERS, Release


def _bytes(site: Path) -> dict[str, bytes]:
    return {str(p.relative_to(site)): p.read_bytes() for p in site.rglob("*") if p.is_file()}


def test_there_is_a_home_page_a_style_and_a_page_for_each_indicator(release: Release) -> None:
    names = _bytes(release.site)
    assert {"index.html", "style.css"} <= names.keys()
    assert {f"indicators/{each}.html" for each in HEADERS} <= names.keys()


def test_the_same_database_gives_the_same_bytes(release: Release, tmp_path: Path) -> None:
    again = tmp_path / "release"
    shutil.copytree(release.folder, again, ignore=shutil.ignore_patterns("site"))
    write_site(again, release.settings)
    assert _bytes(again / "site") == _bytes(release.site)


def test_no_page_weighs_more_than_150_kilobytes(release: Release) -> None:
    assert {name: len(b) for name, b in _bytes(release.site).items() if len(b) > 150_000} == {}


def test_pages_have_no_script_no_inline_style_and_the_strict_policy(release: Release) -> None:
    for name, content in _bytes(release.site).items():
        if name.endswith(".html"):
            text = content.decode()
            assert "<script" not in text and " style=" not in text and "<style" not in text, name
            assert "default-src &#39;none&#39;; style-src &#39;self&#39;" in text, name


def test_the_style_ends_with_that_of_the_charts(release: Release) -> None:
    assert release.text("style.css").index(".answer") < release.text("style.css").index(".chart ")
