"""A chart or table as it stands on a page: the finding, the picture, its table, notes.

Belongs here: the shapes that templates/parts.html draws. Does not belong here: what they hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from insight_pipeline.publication.site.charts.model import Chart

Cell = str | Markup


@dataclass(frozen=True)
class Table:
    """Rows of cells under a head; the first `texts` columns are words, the others numbers.

    caption: what the table holds; ids on the page come from `table_id`.
    """

    table_id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    texts: int = 1


@dataclass(frozen=True)
class Exhibit:
    """A chart under the finding it shows, followed by its table, folded up."""

    exhibit_id: str
    finding: str
    chart: Chart
    table: Table
    notes: tuple[str, ...] = ()

    @property
    def svg(self) -> Markup:
        """The chart's markup, which the chart functions have escaped."""
        return Markup(self.chart.svg)  # noqa: S704
