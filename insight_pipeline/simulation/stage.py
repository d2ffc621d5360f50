"""What every feed is handed: the true borough, the inbox, and a place to say whose record is whose.

Belongs here: the hand-over and what is known at a return's end. Does not belong here: any feed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import stream
from insight_pipeline.simulation.drops import DropBox
from insight_pipeline.simulation.faults import FaultPlan, fault_plan
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.population import Population, person_ids
from insight_pipeline.simulation.window import Month, Quarter, Stretch, Window


@dataclass(frozen=True)
class Stage:
    """The true borough on one side, the inbox on the other."""

    population: Population
    life: BoroughLife
    seed: int
    box: DropBox
    is_planted: bool = True
    records: list[pl.DataFrame] = field(default_factory=list)

    @property
    def window(self) -> Window:
        return self.population.window

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return self.window.quarters()

    @property
    def months(self) -> tuple[Month, ...]:
        return self.window.months()

    @property
    def faults(self) -> FaultPlan:
        return fault_plan(len(self.quarters))

    def stream(self, feed: str) -> np.random.Generator:
        """A feed's own stream of chance."""
        return stream(self.seed, f"feed {feed}")

    def know(self, prefix: str, rows: pl.DataFrame) -> None:
        """Note the true person of every record in `rows` (columns record and person)."""
        pairs = rows.select("record", "person").unique().sort("record")
        self.records.append(
            pl.DataFrame(
                {
                    "record_id": prefix + pairs["record"],
                    "person": person_ids(pairs["person"].to_numpy()),
                }
            )
        )

    def rolling_start(self, quarter: Quarter) -> date:
        """The first day of the twelve months that end with this quarter, inside the window."""
        year_before = quarter.last.replace(year=quarter.last.year - 1) + timedelta(days=1)
        return max(year_before, self.window.first)


def known_by(day: date, end: str, cells: Iterable[str]) -> list[pl.Expr]:
    """Cells that are filled only once the date in column `end` has come."""
    return [pl.when(pl.col(end) <= day).then(pl.col(cell)).alias(cell) for cell in cells]


def open_in(first: date, last: date, start: str, end: str) -> pl.Expr:
    """Rows that have begun by `last` and had not ended before `first`."""
    return (pl.col(start) <= last) & (pl.col(end).is_null() | (pl.col(end) >= first))


def touched_in(stretch: Stretch, days: Iterable[str]) -> pl.Expr:
    """Rows in which something happened in the quarter or month."""
    return pl.any_horizontal(
        *(pl.col(day).is_between(stretch.first, stretch.last).fill_null(False) for day in days)
    )


def numbered(prefix: str, first: int, count: int) -> pl.Series:
    """Reference numbers in order."""
    return prefix + pl.Series(np.arange(first, first + count)).cast(pl.String)
