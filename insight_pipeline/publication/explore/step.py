"""The query page of a release: DuckDB in the reader's browser, over the release's own database.

Belongs here: filling folder/site/explore. Does not belong here: getting the parts of others
(fetch.py); they come from the cache, or the page is left out and all other pages stay as they are.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.explore.pins import (
    EXPLORE,
    VENDOR,
    cache_folder,
    is_available,
    load_pins,
)
from insight_pipeline.publication.site.frame import page
from insight_pipeline.publication.site.reading import read_store
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect

PAGE = "explore/index.html"
ASSETS = Path(__file__).parent / "assets"
# What DuckDB-WASM needs besides a style: scripts and a worker from here, WebAssembly, and to fetch
# the database from here. Nothing from or to anywhere else.
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'"
)


def write_explore(folder: Path, settings: Settings) -> bool:
    """Write folder/site/explore; False, and nothing written, where its parts were not fetched.

    `folder` holds indicators.duckdb. The parts are copied: a release must stay what it is when the
    cache changes, so none of its files is shared with it.
    """
    if not is_available(settings):
        return False
    target = folder / EXPLORE
    (folder / VENDOR).mkdir(parents=True)
    cache = cache_folder(settings, load_pins())
    for file in load_pins().files:
        shutil.copyfile(cache / file.name, folder / VENDOR / file.name)
    for path in sorted(each for each in ASSETS.iterdir() if each.is_file()):
        shutil.copyfile(path, target / path.name)
    (folder / "site" / PAGE).write_text(_page(folder, settings), encoding="utf-8", newline="\n")
    return True


def _page(folder: Path, settings: Settings) -> str:
    with connect(settings, folder / "indicators.duckdb", read_only=True) as connection:
        names = [each.name for each in folder.iterdir() if each.is_file()]
        store = read_store(connection, [*names, f"site/{PAGE}"])
    return page(
        PAGE,
        "explore.html",
        store,
        title="Ask the data",
        policy=POLICY,
        questions=load_questions(),
        kinds=(("table", "Tables"), ("view", "Views"), ("macro", "Functions")),
    ).html
