"""What the scorecard asset shows in the Dagster UI."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from insight_pipeline.contracts.service_levels.scorecard import COLUMNS
from insight_pipeline.contracts.service_levels.store import Scorecard
from insight_pipeline.defs.service_levels import _metadata


def line(provider: str, month: int, validity: str, stem: str | None = None) -> dict[str, Any]:
    return {
        **dict.fromkeys(COLUMNS),
        "provider_id": provider,
        "stem": stem,
        "period_month": date(2025, month, 1),
        "deliveries_expected": 1,
        "validity": Decimal(validity),
    }


def images(markdown: str) -> list[tuple[str, ElementTree.Element]]:
    """Text alternative and drawing of every image in a text."""
    found = re.findall(r"!\[(.*?)\]\(data:image/svg\+xml;base64,(.*?)\)", markdown)
    return [(words, ElementTree.fromstring(base64.b64decode(data))) for words, data in found]  # noqa: S314


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter() if text.tag.endswith("text")]


def widths(svg: ElementTree.Element, kind: str) -> list[float]:
    return [float(bar.attrib["width"]) for bar in svg.iter() if bar.get("class") == kind]


def test_each_provider_s_latest_month_is_a_row_and_a_bar_as_long_as_its_validity() -> None:
    frame = pl.DataFrame(
        [
            line("a&b", 3, "0.1"),
            line("a&b", 6, "0.5"),
            line("a&b", 6, "0.9", "a&b__x"),
            line("c", 3, "1"),
        ]
    )
    shown = _metadata(Scorecard(frame, unchanged=False))
    table, charts = (str(shown[name].value) for name in ("latest_month", "charts"))
    assert [row.split(" | ")[:2] for row in table.splitlines()[2:]] == [
        ["| a&b", "2025-06-01"],
        ["| c", "2025-03-01"],
    ]
    (words, svg) = next((w, s) for w, s in images(charts) if w.startswith("Validity"))
    assert "Lowest: a&b, 50.0%" in words
    whole, bars = widths(svg, "gap"), widths(svg, "good")
    assert [round(bar / room, 2) for bar, room in zip(bars, whole, strict=True)] == [0.5, 1.0]
    assert texts(svg) == ["a&b", "50.0%", "c", "100.0%"]


def test_the_arrivals_of_every_feed_are_drawn_above_the_bars() -> None:
    owed = {**line("a", 6, "1", "a__x"), "deliveries_received": 0, "worst_late_days": 12}
    came = {**line("b", 6, "1", "b__y"), "deliveries_received": 1, "worst_late_days": 0}
    shown = _metadata(Scorecard(pl.DataFrame([owed, came]), unchanged=True))
    (words, svg), *_ = images(str(shown["charts"].value))
    assert "1 on time, 1 due, not here" in words
    assert {"a__x", "b__y"} <= set(texts(svg))
