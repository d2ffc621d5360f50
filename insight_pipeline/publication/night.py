"""Publishes what the warehouse holds tonight.

Belongs here: opening the warehouse for publication. Does not belong here: what a release is.
"""

from __future__ import annotations

from datetime import date

import duckdb

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.publication.release import ReleaseSummary, publish
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, kind_of

EVENTS = "internal.service_event"


def publish_warehouse(
    catalogue: Catalogue, settings: Settings, *, reason: str | None = None
) -> ReleaseSummary | None:
    """Release the figures of warehouse.duckdb, dated by the last day any service has reported.

    Where no release is due, a preview is made, unless `reason` says why one is made all the same.
    None while no service has reported anything, or no night has made a warehouse: there is nothing
    to release yet.
    """
    if not settings.warehouse.is_file():
        return None
    with connect(settings, settings.warehouse, read_only=True) as connection:
        as_of = _last_reported_day(connection)
        if as_of is None:
            return None
        return publish(connection, catalogue.indicators, settings, as_of, reason=reason)


def _last_reported_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    if kind_of(connection, EVENTS) is None:
        return None
    query = f"select max(period_to) from {EVENTS}"
    found: date | None = connection.execute(query).fetchall()[0][0]
    return found
