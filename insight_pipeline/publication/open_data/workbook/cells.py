"""Cells that many sheets share: numbers with the symbol that stands for them where they are not.

Belongs here: one figure, one cell. Does not belong here: tables of them. As the Analysis
Function asks ("Using symbols and shorthand in tables"), no cell of numbers is empty: the symbol
that says why stands in it. Symbols of a figure that is shown stand in a column of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from insight_pipeline.publication.open_data.workbook.model import Cell, Heading, Number
from insight_pipeline.publication.site import kinds, words
from insight_pipeline.publication.site.charts.numbers import heading
from insight_pipeline.publication.site.kinds import kind_of
from insight_pipeline.publication.site.records import Figure, Indicator, Series

NOT_APPLICABLE = "[z]"
SYMBOLS = Heading("Symbols", 11)
GROUP = Heading("Group", 15)
NAME = Heading("Name", 26)
PERIOD = Heading("Period", 25)


def amount(value: Decimal | int | None, reason: str, decimals: int = 0) -> Cell:
    """A number, or the symbol that says why there is none."""
    return reason or NOT_APPLICABLE if value is None else Number(value, decimals)


def reason(figure: Figure) -> str:
    """Why a number of the figure is missing: its own symbol, or that there is no such number."""
    return figure.shorthand if figure.value is None else NOT_APPLICABLE


def numbers(indicator: Indicator, figure: Figure) -> tuple[Cell, ...]:
    """Value and 95 % limits."""
    decimals = words.axis(indicator).decimals
    shown = (figure.value, figure.lower95, figure.upper95)
    return tuple(amount(each, reason(figure), decimals) for each in shown)


def counts(figure: Figure) -> tuple[Cell, ...]:
    return tuple(amount(each, reason(figure)) for each in (figure.numerator, figure.denominator))


def rounding(figures: Iterable[Figure]) -> str:
    """How the counts of figures are rounded, by the policies that they were published under."""
    bases = sorted({figure.rounded_to for figure in figures} - {1})
    if not bases:
        return "Counts are not rounded."
    return f"Counts are rounded to the nearest {' or '.join(str(base) for base in bases)}."


def symbols(figure: Figure) -> str:
    """`[p] [b]`, apart so that screen readers and filters tell them apart."""
    return " ".join(re.findall(r"\[[^\]]*\]", figure.shorthand))


def named(series: Series) -> tuple[Cell, ...]:
    """Group and name of a series."""
    one = kind_of(series.breakdown_type).one
    return one[:1].upper() + one[1:], series.label


def unit(indicator: Indicator) -> str:
    """'per cent', 'per 100,000 people', as it stands in headings."""
    written = heading(words.axis(indicator))
    return written[:1].lower() + written[1:]


def in_order(series: tuple[Series, ...]) -> list[Series]:
    """The whole first, then wards, providers, sexes, age bands, and other kinds by name."""
    order = kinds.in_order(each.breakdown_type for each in series)
    return sorted(series, key=lambda each: (order.index(each.breakdown_type), each.label))
