"""What the UI shows of a table of the warehouse, beside its rows: where it comes from, how it went.

Belongs here: fingerprints, rows in, the course of an indicator, its page. Does not belong here: the
assets (warehouse.py), or reckoning any of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from insight_pipeline.defs.charts import charts
from insight_pipeline.defs.column_lineage import lineage_metadata
from insight_pipeline.defs.describe import link
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.operations.charts.picture import Picture
from insight_pipeline.operations.charts.series import indicator_pictures
from insight_pipeline.publication.releasing.pointer import LATEST
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.meta import known_fingerprints

Metadata = dict[str, Any]
_ROWS = "select relation, row_count from meta.model"


@dataclass(frozen=True)
class Told:
    """What a night's tables have in common; `costs`: metadata of cost by relation."""

    catalogue: Catalogue
    settings: Settings
    costs: Mapping[str, Metadata]
    marks: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    pictures: Callable[[str], Picture | None] = lambda relation: None

    def about(self, relation: str) -> Metadata:
        """Metadata of one relation, less its rows and its state."""
        schema, _, name = relation.partition(".")
        mark = self.marks.get(relation)
        return {
            **({"fingerprint": mark[:12]} if mark else {}),
            **self._rows_in(relation),
            **lineage_metadata(self.catalogue, self.settings, relation),
            **self.costs.get(relation, {}),
            **(self._indicator(name) if name in self._named(schema) else {}),
        }

    def _named(self, schema: str) -> Mapping[str, object]:
        return self.catalogue.indicators if schema == "indicators" else {}

    def _rows_in(self, relation: str) -> Metadata:
        """Rows of all tables that the model reads, each as it stands."""
        reads = {model.relation: model.reads for model in self.catalogue.models}.get(relation, ())
        known = [self.rows[read] for read in reads if read in self.rows]
        return {"rows_in": sum(known)} if known else {}

    def _indicator(self, name: str) -> Metadata:
        page = self.settings.published / LATEST / "site" / "indicators" / f"{name}.html"
        return {"report_page": link(page), **charts(lambda: [self.pictures(name)])}


def told_by(catalogue: Catalogue, settings: Settings, costs: Mapping[str, Metadata]) -> Told:
    """Read once for all tables; nothing of it where the warehouse cannot be read."""
    if not settings.warehouse.is_file():
        return Told(catalogue, settings, costs)
    try:
        with connect(settings, settings.warehouse, read_only=True) as connection:
            marks = known_fingerprints(connection)
            rows = dict(connection.execute(_ROWS).fetchall())
    except (duckdb.Error, InsightError):
        return Told(catalogue, settings, costs)
    return Told(catalogue, settings, costs, marks, rows, _Course(settings))


class _Course:
    """The picture of an indicator; all are drawn when the first is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._drawn: Mapping[str, Picture] | None = None

    def __call__(self, name: str) -> Picture | None:
        if self._drawn is None:
            self._drawn = indicator_pictures(self._settings)
        return self._drawn.get(name)
