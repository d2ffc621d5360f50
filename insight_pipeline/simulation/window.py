"""The stretch of time a borough is simulated for, its quarters and months, and its drop days.

Belongs here: dates of the simulation as a whole. Does not belong here: any person's own dates.
Inside the simulation a day is an integer (days since 1970-01-01) so that NumPy can add and compare;
`NEVER` is a day after every other and becomes an empty cell when a table is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

LAST_DAY = date(2026, 9, 30)
NEVER = 1_000_000
EPOCH = date(1970, 1, 1)
YEAR_DAYS = 365.25
DELIVERY_LAG = timedelta(days=7)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def dates(days: npt.NDArray[Any]) -> pl.Series:
    """A Date column from day numbers; `NEVER` becomes null."""
    column = pl.Series(days.astype(np.int32))
    return column.set(column >= NEVER, None).cast(pl.Date)


def days(column: pl.Series) -> Ints:
    """Day numbers from a Date column; null becomes `NEVER`."""
    return column.cast(pl.Int32).fill_null(NEVER).to_numpy().astype(np.int64)


@dataclass(frozen=True)
class Stretch:
    """The days one return covers."""

    first: date
    last: date

    @property
    def due(self) -> date:
        """The day its files are sent: a week after it ends."""
        return self.last + DELIVERY_LAG


class Quarter(Stretch):
    """One calendar quarter, or the part of it that the window covers."""


class Month(Stretch):
    """One calendar month."""


@dataclass(frozen=True)
class Window:
    """First and last simulated day; always ends on 2026-09-30."""

    first: date
    last: date

    @property
    def start(self) -> int:
        return day_number(self.first)

    @property
    def end(self) -> int:
        return day_number(self.last)

    @property
    def years(self) -> float:
        return (self.end - self.start + 1) / YEAR_DAYS

    def quarters(self) -> tuple[Quarter, ...]:
        """The calendar quarters of the window, in order."""
        found: list[Quarter] = []
        first = self.first
        while first <= self.last:
            last = _quarter_end(first)
            found.append(Quarter(first, last))
            first = last + timedelta(days=1)
        return tuple(found)

    def months(self) -> tuple[Month, ...]:
        """The calendar months of the window, in order; it always begins and ends with one."""
        index = range(_month_index(self.first), _month_index(self.last) + 1)
        return tuple(Month(_month_start(i), _month_start(i + 1) - timedelta(days=1)) for i in index)


def window_of(months: int) -> Window:
    """The window of this many whole months that ends on the last simulated day."""
    return Window(_month_start(_month_index(LAST_DAY) - months + 1), LAST_DAY)


def _month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month_start(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _quarter_end(day: date) -> date:
    month = (day.month - 1) // 3 * 3 + 4
    following = date(day.year + 1, 1, 1) if month > 12 else date(day.year, month, 1)
    return following - timedelta(days=1)
