"""The report site of a release: every page and its style, written into folder/site.

Belongs here: files. Does not belong here: what pages say (pages/), or reading the release
(reading.py).
"""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.publication.explore.pins import is_available
from insight_pipeline.publication.site.frame import HERE, STYLE, all_pages
from insight_pipeline.publication.site.reading import read_store
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect

SITE = "site"
_STYLES = ("style.css", "charts.css")
# Made after the site, where its parts were fetched (explore/).
QUERY_PAGE = "site/explore/index.html"


def write_site(folder: Path, settings: Settings) -> None:
    """Write folder/site from folder/indicators.duckdb; one database gives the same bytes."""
    with connect(settings, folder / "indicators.duckdb", read_only=True) as connection:
        store = read_store(connection, _files(folder, settings))
    site = folder / SITE
    for page in all_pages(store):
        path = site / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.html, encoding="utf-8", newline="\n")
    style = "\n".join((HERE / name).read_text(encoding="utf-8") for name in _STYLES)
    (site / STYLE).write_text(style, encoding="utf-8", newline="\n")


def _files(folder: Path, settings: Settings) -> list[str]:
    """What pages may link to beside the site, and the query page if there is going to be one."""
    names = [each.name for each in folder.iterdir() if each.is_file()]
    return [*names, QUERY_PAGE] if is_available(settings) else names
