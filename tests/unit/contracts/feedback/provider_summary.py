"""Makes docs/images/provider-summary.png: the page of a simulated delivery, judged for real.

Run it by hand: python -m tests.unit.contracts.feedback.provider_summary [FOLDER]
The people are invented by the simulation; some of their rows are spoiled here, as senders do.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import polars as pl

from insight_pipeline.contracts.feed import process_feed
from insight_pipeline.contracts.feedback.outbox import write_feedback
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.landing.reception import receive
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.browser import open_browser, open_page
from tests.conftest import ROOT

PICTURE = ROOT / "docs" / "images" / "provider-summary.png"
STEM = "activelife__members"
CITIZENS, MONTHS, SEED = 3000, 12, 11
WIDTH = 880


def make(home: Path) -> Path:
    """Two deliveries of ActiveLife's members in `home`; the summary page of the second."""
    settings = Settings(home=home, project=ROOT, threads=2, memory_limit="1GB")
    simulate(settings.inbox, home / "truth", CITIZENS, MONTHS, SEED, lambda _: None)
    first, second, *later = sorted((settings.inbox / "activelife").rglob("*members_*.csv"))
    for path in later:
        path.with_name(path.name + MANIFEST_SUFFIX).unlink()
    _spoil(first, every=9, cut=3)
    _spoil(second, every=21, cut=2)
    _declare(second, submitted_at="2026-04-21T16:40:00Z")
    receive(settings.inbox, settings.landing)
    catalogue = load_catalogue(settings)
    contract = next(c for c in catalogue.contracts if c.stem == STEM)
    process_feed(contract, catalogue.law, settings)
    write_feedback(contract, settings)
    return max((settings.outbox / "activelife" / "members").rglob("summary.html"))


def _spoil(path: Path, every: int, cut: int) -> None:
    """Empty, impossible and unknown cells in some rows, and a few lines cut short."""
    rows = pl.read_csv(path, separator=";", encoding="cp1252", infer_schema=False)
    place = pl.int_range(pl.len())
    rows = rows.with_columns(
        pl.when(place % every != 4).then("Joined").alias("Joined"),
        pl.when(place % (3 * every) == 2)
        .then(pl.lit("perhaps"))
        .otherwise("Referral")
        .alias("Referral"),
        pl.when(place % (2 * every) == 7)
        .then(pl.lit("ZA1"))
        .otherwise("Postcode")
        .alias("Postcode"),
    )
    lines = rows.write_csv(separator=";").splitlines()
    for line in range(31, 31 + 40 * cut, 40):
        lines[line] = lines[line].rsplit(";", 3)[0]
    path.write_bytes("\r\n".join([*lines, ""]).encode("cp1252"))


def _declare(path: Path, **changed: str) -> None:
    manifest = path.with_name(path.name + MANIFEST_SUFFIX)
    declared = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**declared, **changed}), encoding="utf-8")


def take_picture(page_path: Path, picture: Path) -> None:
    picture.parent.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser, open_page(browser, page_path, width=WIDTH, scale=1.5) as page:
        page.screenshot(path=picture, full_page=True)


if __name__ == "__main__":
    target = Path(sys.argv[1]) / PICTURE.name if len(sys.argv) > 1 else PICTURE
    with tempfile.TemporaryDirectory() as folder:
        take_picture(make(Path(folder)), target)
