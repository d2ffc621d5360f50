"""What the scorecard asset shows in the Dagster UI."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ElementTree
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from insight_pipeline.contracts.service_levels.scorecard import COLUMNS
from insight_pipeline.contracts.service_levels.store import Scorecard
from insight_pipeline.defs.service_levels import BAR_WIDTH, _metadata


def line(provider: str, month: int, validity: str, stem: str | None = None) -> dict[str, Any]:
    return {
        **dict.fromkeys(COLUMNS),
        "provider_id": provider,
        "stem": stem,
        "period_month": date(2025, month, 1),
        "deliveries_expected": 1,
        "validity": Decimal(validity),
    }


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
    table, chart = (shown[n].value for n in ("latest_month", "validity_of_latest_month"))  # type: ignore[union-attr]
    assert [row.split(" | ")[:2] for row in str(table).splitlines()[2:]] == [
        ["| a&b", "2025-06-01"],
        ["| c", "2025-03-01"],
    ]
    image = base64.b64decode(str(chart).partition("base64,")[2].rstrip(")"))
    svg = ElementTree.fromstring(image)  # noqa: S314
    widths = [int(bar.attrib["width"]) for bar in svg.iter() if bar.tag.endswith("rect")]
    assert widths == [BAR_WIDTH // 2, BAR_WIDTH]
    assert [text.text for text in svg.iter() if text.tag.endswith("text")] == [
        "a&b",
        "50.0%",
        "c",
        "100.0%",
    ]
