"""Nights for the tests of the ledger: figures, marks and events in a warehouse of two files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from insight_pipeline.indicators.corrections import Correction
from insight_pipeline.indicators.revision import RevisionCounts, record_revisions
from insight_pipeline.indicators.revision_ledger import LEDGER
from insight_pipeline.indicators.revision_marks import (
    DELIVERY_COLUMNS,
    FEED_COLUMNS,
    FOLLOW_COLUMNS,
    MARK_COLUMNS,
    Marks,
)
from insight_pipeline.sql.dry_run import create_empty

FIGURE = {
    "indicator_id": "VARCHAR",
    "period_from": "DATE",
    "period_to": "DATE",
    "area_code": "VARCHAR",
    "provider_id": "VARCHAR",
    "breakdown_type": "VARCHAR",
    "breakdown": "VARCHAR",
    "numerator": "BIGINT",
    "denominator": "BIGINT",
    "basis": "DOUBLE",
    "value": "DECIMAL(18,4)",
    "lower95": "DECIMAL(18,4)",
    "upper95": "DECIMAL(18,4)",
    "is_not_mature": "BOOLEAN",
}
EVENT = {
    "event_id": "VARCHAR",
    "citizen_id": "VARCHAR",
    "provider_id": "VARCHAR",
    "service_code": "VARCHAR",
    "event_from_date": "DATE",
    "event_to_date": "DATE",
    "outcome_code": "VARCHAR",
    "delivery_id": "VARCHAR",
    "row_number": "BIGINT",
    "period_from": "DATE",
    "period_to": "DATE",
}
QUARTER = (date(2025, 1, 1), date(2025, 3, 31))
REACHED = date(2025, 12, 31)
Counts = tuple[int, int]


@dataclass(frozen=True)
class Delivery:
    """One delivery of the feed `gym__visits`, or of another."""

    delivery_id: str
    period_from: date = QUARTER[0]
    period_to: date = QUARTER[1]
    accepted: int = 10
    superseded: int = 0
    stem: str = "gym__visits"
    is_accepted: bool = True

    def row(self) -> tuple[object, ...]:
        return (
            self.stem,
            self.delivery_id,
            self.period_from,
            self.period_to,
            self.is_accepted,
            self.accepted,
            self.superseded,
        )


@dataclass(frozen=True)
class Event:
    """One event of service `leisure`, told by a delivery."""

    event_id: str
    delivery: Delivery
    day: date = date(2025, 2, 3)
    citizen_id: str = "c1"
    outcome_code: str = "done"
    service_code: str = "leisure"
    row_number: int = 1

    def row(self) -> tuple[object, ...]:
        return (
            self.event_id,
            self.citizen_id,
            "gym",
            self.service_code,
            self.day,
            self.day,
            self.outcome_code,
            self.delivery.delivery_id,
            self.row_number,
            self.delivery.period_from,
            self.delivery.period_to,
        )


@dataclass(frozen=True)
class Night:
    """What a night finds. figures: breakdown → numerator and denominator of indicator `kept`.

    marks: kind → mark, for the method (m), the contract (c), people (p), statistics (s).
    """

    figures: Mapping[str, Counts]
    deliveries: Iterable[Delivery] = ()
    events: Iterable[Event] = ()
    not_mature: bool = False
    period: tuple[date, date] = QUARTER
    reached: date = REACHED
    maturity_days: int = 28
    window_days: int = 28
    marks: Mapping[str, str] = field(default_factory=dict)
    multiplier: int = 100
    declared: Iterable[Correction] = ()

    def made(self) -> Marks:
        given = {"method": "m", "contract": "c", "people": "p", "statistics": "s", **self.marks}
        rows = [
            ("method", "kept", "sql", given["method"]),
            ("maturity", "kept", "", str(self.maturity_days)),
            ("contract", "kept", "gym__visits", given["contract"]),
            ("people", "", "", given["people"]),
            ("statistics", "", "", given["statistics"]),
        ]
        follow = [("kept", "leisure", self.window_days, self.maturity_days)]
        feeds = [("kept", "gym__visits", True), ("kept", "council__residents", False)]
        deliveries = [delivery.row() for delivery in self.deliveries]
        return Marks(
            pl.DataFrame(rows, schema=MARK_COLUMNS, orient="row"),
            pl.DataFrame(feeds, schema=FEED_COLUMNS, orient="row"),
            pl.DataFrame(follow, schema=FOLLOW_COLUMNS, orient="row"),
            pl.DataFrame(deliveries, schema=DELIVERY_COLUMNS, orient="row"),
        )


class Warehouse:
    """The warehouse as it stands, and the ledger in the copy being built."""

    def __init__(self, folder: Path | None = None) -> None:
        self.connection = duckdb.connect()
        self.yesterday = (folder or Path("nowhere")) / "warehouse.duckdb"
        self.folder = folder
        create_empty(self.connection, "indicators.figure", FIGURE)
        create_empty(self.connection, "internal.service_event", EVENT)

    def run(self, night: Night) -> RevisionCounts:
        """One night, after which its events are yesterday's."""
        self._fill(night)
        counts = record_revisions(self.connection, night.made(), night.declared, self.yesterday)
        if self.folder:
            self._keep_events()
        return counts

    def ledger(self, columns: str = "*") -> list[tuple[Any, ...]]:
        query = f"select {columns} from {LEDGER} order by breakdown, revision_no"
        return self.connection.execute(query).fetchall()

    def reasons(self, breakdown: str = "all") -> list[str]:
        query = f"select reason_code from {LEDGER} where breakdown = ? order by revision_no"
        return [row[0] for row in self.connection.execute(query, [breakdown]).fetchall()]

    def _fill(self, night: Night) -> None:
        self.connection.execute("delete from indicators.figure")
        self.connection.execute("delete from internal.service_event")
        for name, (numerator, denominator) in night.figures.items():
            value = f"{night.multiplier * numerator / denominator:.4f}" if denominator else None
            key = ("kept", *night.period, "E1", "all", "total" if name == "all" else "sex", name)
            self.connection.execute(
                f"insert into indicators.figure values ({', '.join('?' * len(FIGURE))})",
                [*key, numerator, denominator, denominator, value, value, value, night.not_mature],
            )
        reached = Event("reached", Delivery("reached", period_to=night.reached), REACHED)
        for event in (reached, *night.events):
            self.connection.execute(
                f"insert into internal.service_event values ({', '.join('?' * len(EVENT))})",
                list(event.row()),
            )

    def _keep_events(self) -> None:
        self.yesterday.unlink(missing_ok=True)
        self.connection.execute(f"attach '{self.yesterday}' as kept")
        self.connection.execute("create schema kept.internal")
        self.connection.execute(
            "create table kept.internal.service_event as from internal.service_event"
        )
        self.connection.execute("detach kept")


@contextmanager
def warehouse(folder: Path | None = None) -> Iterator[Warehouse]:
    opened = Warehouse(folder)
    try:
        yield opened
    finally:
        opened.connection.close()
