"""Publishes what the warehouse holds tonight.

Belongs here: opening the warehouse for publication. Does not belong here: what a release is.
"""

from __future__ import annotations

from datetime import date

import duckdb

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.publication.release import ReleaseSummary, publish
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect


def publish_warehouse(catalogue: Catalogue, settings: Settings) -> ReleaseSummary | None:
    """Release the figures of warehouse.duckdb, dated by the last day any service has reported.

    None while no service has reported anything: there is nothing to release yet.
    """
    with connect(settings, settings.warehouse, read_only=True) as connection:
        as_of = _last_reported_day(connection)
        return publish(connection, catalogue.indicators, settings, as_of) if as_of else None


def _last_reported_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    query = "select max(period_to) from internal.service_event"
    found: date | None = connection.execute(query).fetchall()[0][0]
    return found
