"""Sheets of figures: the latest of every series, and every series of one indicator.

Belongs here: rows of figures. Does not belong here: what the figures say (findings.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from insight_pipeline.publication.open_data.workbook import cells
from insight_pipeline.publication.open_data.workbook.model import Cell, Heading, Sheet
from insight_pipeline.publication.open_data.workbook.notes import Notes
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.store import Store

_LATEST = "Latest figures"
_COUNTED = (
    Heading("Numerator", 12, numeric=True),
    Heading("Denominator", 13, numeric=True),
)
_LIMITS = (
    Heading("Lower 95% limit", 12, numeric=True),
    Heading("Upper 95% limit", 12, numeric=True),
)
_DATA = (
    Heading("Records linked (per cent)", 14, numeric=True),
    Heading("Contracts reported (per cent)", 14, numeric=True),
)


def latest_sheet(store: Store) -> Sheet:
    """Every series of every indicator in the indicator's latest complete period."""
    return Sheet(
        _LATEST,
        "Latest figures of every indicator",
        (
            "Each indicator's latest period in which everybody could be followed long enough.",
            *figure_remarks([figure for _, _, figure in latest(store)]),
        ),
        (
            Heading("Indicator", 66),
            cells.GROUP,
            cells.NAME,
            cells.PERIOD,
            Heading("Unit of value", 20),
            Heading("Value", 12, numeric=True),
            *_LIMITS,
            *_COUNTED,
            cells.SYMBOLS,
        ),
        tuple(
            (
                indicator.title,
                *cells.named(series),
                figure.period,
                cells.unit(indicator),
                *cells.numbers(indicator, figure),
                *cells.counts(figure),
                cells.symbols(figure),
            )
            for indicator, series, figure in latest(store)
        ),
    )


def indicator_sheet(store: Store, indicator: Indicator, name: str, notes: Notes) -> Sheet:
    """Every figure of one indicator: series by series, each in order of time."""
    series = cells.in_order(_series(store, indicator))
    figures = [figure for each in series for figure in each.figures]
    return Sheet(
        name,
        indicator.title,
        (
            indicator.question,
            *_note_remark(notes.references(indicator.indicator_id)),
            *figure_remarks(figures),
        ),
        (
            cells.GROUP,
            cells.NAME,
            cells.PERIOD,
            Heading(f"Value ({cells.unit(indicator)})", 14, numeric=True),
            *_LIMITS,
            *_COUNTED,
            *_DATA,
            cells.SYMBOLS,
        ),
        tuple(_row(indicator, each, figure) for each in series for figure in each.figures),
    )


def latest(store: Store) -> Iterator[tuple[Indicator, Series, Figure]]:
    """Indicator by indicator, every series that has a figure in its latest complete period."""
    for indicator in store.indicators:
        period = store.latest_period(indicator.indicator_id)
        for series in cells.in_order(_series(store, indicator)):
            figure = series.at(period) if period else None
            if figure:
                yield indicator, series, figure


def figure_remarks(figures: list[Figure]) -> Iterator[str]:
    """How counts are rounded, which symbols there are, and what an empty cell beside them means."""
    yield cells.rounding(figures)
    found = sorted({symbol for each in figures for symbol in cells.symbols(each).split()})
    if found:
        yield f"Symbols used here, explained in the worksheet Notes: {', '.join(found)}."
    yield "An empty cell in the column Symbols means that there is nothing to note."


def _note_remark(references: list[str]) -> Iterator[str]:
    if references:
        yield f"What to bear in mind stands in the worksheet Notes: {', '.join(references)}."


def _series(store: Store, indicator: Indicator) -> tuple[Series, ...]:
    return tuple(each for each in store.series if each.indicator_id == indicator.indicator_id)


def _row(indicator: Indicator, series: Series, figure: Figure) -> tuple[Cell, ...]:
    shares = (figure.linkage_rate, figure.coverage)
    return (
        *cells.named(series),
        figure.period,
        *cells.numbers(indicator, figure),
        *cells.counts(figure),
        *(
            cells.amount(None if each is None else 100 * each, cells.reason(figure))
            for each in shares
        ),
        cells.symbols(figure),
    )
