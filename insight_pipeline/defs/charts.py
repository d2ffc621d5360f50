"""Pictures as Dagster shows them: one entry of metadata that holds an asset's charts.

Belongs here: pictures as metadata, and what several assets' pictures need. Does not belong here:
drawing (operations/charts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import dagster as dg

from insight_pipeline.operations.charts.picture import Picture, markdown

KEY = "charts"


def charts(draw: Callable[[], Iterable[Picture | None]]) -> dict[str, dg.MetadataValue]:
    """What `draw` draws; nothing where there is nothing to draw."""
    try:
        drawn = [one for one in draw() if one is not None]
    except Exception as error:
        # A picture stops no night; an engine's words can quote data, so only the kind is told.
        return {KEY: dg.MetadataValue.text(f"could not be drawn: {type(error).__name__}")}
    return {KEY: dg.MetadataValue.md(markdown(drawn))} if drawn else {}
