"""The last day the data of a warehouse reach: the one that histories and releases are dated by.

Belongs here: one query, asked of sources before a build and of a warehouse that stands. Does not
belong here: what is dated by it.
"""

from __future__ import annotations

from datetime import date

import duckdb

from insight_pipeline.warehouse.sources import Sources

EVENT_FEEDS = "reference.event_feed"
FEED_PERIODS = "reference.feed_period"
LAST_DAY = (
    f"select max(period_to)::date from {FEED_PERIODS} "
    f"where stem in (select stem from {EVENT_FEEDS})"
)


def last_day(sources: Sources) -> date | None:
    """The last day any delivery of events covers: the data's own today, as releases are dated.

    Other feeds may cover a year that has not ended. None before the first delivery.
    """
    with duckdb.connect() as connection:
        connection.execute("create schema reference")
        for relation in (EVENT_FEEDS, FEED_PERIODS):
            connection.register("given", sources.references[relation])
            connection.execute(f"create table {relation} as select * from given")
        return last_day_known(connection)


def last_day_known(connection: duckdb.DuckDBPyConnection) -> date | None:
    """`last_day`, of a database that holds the feeds of events and the periods they cover."""
    day = connection.execute(LAST_DAY).fetchall()[0][0]
    return day if isinstance(day, date) else None
