"""How numbers, days and symbols are written on pages.

Belongs here: one number, one date, one symbol in words. Does not belong here: sentences about what
they mean (findings.py). British usage: '62 %', '4,429 per 100,000 people', '30 September 2026'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from insight_pipeline.publication.site.charts.model import Axis
from insight_pipeline.publication.site.charts.numbers import figure as with_unit
from insight_pipeline.publication.site.charts.numbers import interval, number
from insight_pipeline.publication.site.records import Figure, Indicator

SHORTHAND: Mapping[str, str] = MappingProxyType(
    {
        "[c]": "confidential: withheld so that nobody can be recognised",
        "[x]": "not available yet: not everybody could be followed long enough",
        "[z]": "not applicable",
        "[low]": "more than 0, though it is shown as 0",
        "[u]": "few events: uncertain",
        "[p]": "provisional: may still change",
        "[b]": "break in the series: a service changed hands",
        "[r]": "revised since it was first published",
    }
)
_ROUND_SHARES = ("proportion", "weighted_proportion", "isr")
# A title that begins with one of these says what a mean or median is measured in.
_MEASURES = ("days", "weeks", "hours", "months")
_SYMBOL = re.compile(r"\[[a-z]+\]")
_SPACE = "\N{NO-BREAK SPACE}"


def axis(indicator: Indicator) -> Axis:
    """How the indicator's figures are written in charts and tables."""
    return Axis(_unit(indicator), _decimals(indicator), from_zero=indicator.statistic == "count")


def headline_axis(indicator: Indicator) -> Axis:
    """How they are written in a sentence: of a percentage or ratio, whole numbers."""
    is_whole = indicator.statistic in _ROUND_SHARES and indicator.multiplier >= 100
    return Axis(_unit(indicator), 0 if is_whole else _decimals(indicator))


def _unit(indicator: Indicator) -> str:
    match indicator.statistic:
        case "proportion" | "weighted_proportion" if indicator.multiplier == 100:
            return "%"
        case "isr":
            return f"per {indicator.multiplier:,} expected"
        case "mean" | "median":
            first = indicator.title.split(" ", 1)[0].lower()
            return first if first in _MEASURES else ""
        case "count":
            return indicator.unit
    return f"per {indicator.multiplier:,} people"


def _decimals(indicator: Indicator) -> int:
    if indicator.statistic in ("count", "median"):
        return 0
    if indicator.statistic == "mean":
        return 2
    return 0 if indicator.multiplier >= 10_000 else 1


def value(indicator: Indicator, amount: Decimal | None) -> str:
    """A figure with its unit as in a sentence; empty without one."""
    return "" if amount is None else with_unit(float(amount), headline_axis(indicator))


def number_alone(indicator: Indicator, amount: Decimal | None) -> str:
    """The same without its unit."""
    return "" if amount is None else number(amount, headline_axis(indicator).decimals)


def value_beside(indicator: Indicator, amount: Decimal, other: Decimal) -> str:
    """A figure beside one it is compared with: more decimals where whole numbers hide a gap."""
    shown = headline_axis(indicator)
    is_told_apart = number(amount, shown.decimals) != number(other, shown.decimals)
    return with_unit(float(amount), shown if is_told_apart or amount == other else axis(indicator))


def limits(indicator: Indicator, figure: Figure) -> str:
    """'58 to 66', the 95 % interval as in a sentence; empty without one."""
    if figure.lower95 is None or figure.upper95 is None:
        return ""
    return interval(float(figure.lower95), float(figure.upper95), headline_axis(indicator))


def cell(indicator: Indicator, amount: Decimal | None, shorthand: str = "") -> str:
    """A figure in a table, without its unit, with its symbols; symbols alone where withheld."""
    written = "" if amount is None else number(amount, axis(indicator).decimals)
    return f"{written}{_SPACE if written and shorthand else ''}{shorthand}"


def cell_limits(indicator: Indicator, figure: Figure) -> str:
    """'58.1 to 66.0' in a table; empty without an interval."""
    if figure.lower95 is None or figure.upper95 is None:
        return ""
    return interval(float(figure.lower95), float(figure.upper95), axis(indicator))


def count(amount: int | None) -> str:
    return "" if amount is None else f"{amount:,}"


def days(amount: int) -> str:
    """'1 day', '182 days'."""
    return f"{amount:,}{_SPACE}day{'' if amount == 1 else 's'}"


def day(when: date) -> str:
    """'30 September 2026'."""
    return f"{when.day} {when:%B %Y}"


def month(when: date) -> str:
    """'September 2026'."""
    return f"{when:%B %Y}"


def short_period(label: str) -> str:
    """A period at an axis: '2025/26 Q2 (Jul to Sep)' as '25/26 Q2', '2024/25' as it is."""
    name = label.partition(" (")[0]
    return name[2:] if " " in name else name


def plural(amount: int, one: str, many: str = "") -> str:
    """'1 provider', '3 providers'."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def listed(names: Iterable[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def sentence(text: str) -> str:
    """A text that begins with a capital and ends with one full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


def symbols(shorthands: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The legend of all symbols that occur in texts, as (symbol, meaning), in a fixed order."""
    found = {symbol for each in shorthands for symbol in _SYMBOL.findall(each)}
    return tuple((symbol, SHORTHAND[symbol]) for symbol in SHORTHAND if symbol in found)


# What stands beside the site, in the order in which readers ask for it.
_FILES = (
    ("indicators.xlsx", "Excel workbook with notes and tables"),
    ("indicators.csv", "all figures as CSV"),
    ("judgements.csv", "what each figure is judged to say, as CSV"),
    ("revisions.csv", "every revision, as CSV"),
    ("scorecard.csv", "how providers keep their promises, as CSV"),
    ("indicators.duckdb", "DuckDB database with all tables"),
    ("indicators.parquet", "all figures as Parquet"),
)


def downloads(files: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name, what it is) of the files worth offering among those that stand beside the site."""
    there = set(files)
    return tuple((name, meaning) for name, meaning in _FILES if name in there)
