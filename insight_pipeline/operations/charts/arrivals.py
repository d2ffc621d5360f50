"""What arrived when: of one feed by year, of all feeds side by side.

Belongs here: which months are shown and what is found. Does not belong here: what was due and how
late it came (contracts/service_levels/due.py, scorecard.py), or the grid (calendar.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

import polars as pl

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.due import Due
from insight_pipeline.operations.charts.calendar import Cell, Row, State, calendar
from insight_pipeline.operations.charts.picture import Picture, picture

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_MONTHS = 24
TITLE = "Arrivals by the month in which their period ends"


def feed_arrivals(contract: Contract, months: Collection[Due]) -> Picture:
    """One feed's calendar, a row a year."""
    cells = {due.month: _cell(due) for due in months}
    years = range(min(cells).year, max(cells).year + 1) if cells else ()
    rows = [
        Row(str(year), tuple(cells.get(date(year, month, 1)) for month in range(1, 13)))
        for year in years
    ]
    return picture(TITLE, _found(cells.values(), _promise(contract)), calendar(MONTHS, rows))


def all_arrivals(scorecard: pl.DataFrame) -> Picture:
    """The latest months of every dataset in the scorecard (contracts/service_levels)."""
    lines = scorecard.filter(pl.col("stem").is_not_null()).sort("stem", "period_month")
    known = sorted(set(lines["period_month"].to_list()))[-MOST_MONTHS:]
    found: dict[str, dict[date, Cell | None]] = {}
    for line in lines.filter(pl.col("period_month").is_in(known)).iter_rows(named=True):
        found.setdefault(line["stem"], {})[line["period_month"]] = _cell_of_line(line)
    rows = [Row(stem, tuple(map(cells.get, known))) for stem, cells in found.items()]
    names = [f"{MONTHS[month.month - 1]} {month:%y}" for month in known]
    every = [cell for cells in found.values() for cell in cells.values()]
    return picture(TITLE, _found(every, f"{len(rows)} feeds"), calendar(names, rows))


def _cell(due: Due) -> Cell | None:
    if not due.received and not due.expected:
        return None
    if due.received and not due.is_usable:
        return Cell(State.UNUSABLE)
    if not due.received:
        return Cell(State.OWED, due.late_days or 0)
    if due.late_days is None:
        return Cell(State.CAME)
    return Cell(State.LATE, due.late_days) if due.late_days else Cell(State.ON_TIME)


def _cell_of_line(line: dict[str, object]) -> Cell | None:
    """A line of the scorecard: counts of the month, and whether what was promised was kept."""
    received, late = line["deliveries_received"], line["worst_late_days"]
    days = late if isinstance(late, int) else None
    return _cell(
        Due(
            month=date.min,
            expected=1 if line["deliveries_expected"] else 0,
            received=received if isinstance(received, int) else 0,
            is_usable=line["is_frequency_kept"] is not False,
            late_days=days,
        )
    )


def _promise(contract: Contract) -> str:
    promised = contract.service_levels
    if promised.frequency_months is None:
        return "No rhythm is agreed"
    every = promised.frequency_months
    within = f" within {promised.latency_days} days" if promised.latency_days is not None else ""
    return f"Promised {'every month' if every == 1 else f'every {every} months'}{within}"


def _found(cells: Iterable[Cell | None], begin: str) -> str:
    states: Sequence[State] = [cell.state for cell in cells if cell]
    if not states:
        return f"{begin}; nothing has arrived yet."
    counted = ", ".join(f"{states.count(one)} {one.value}" for one in State if one in states)
    return f"{begin}; months: {counted}."
