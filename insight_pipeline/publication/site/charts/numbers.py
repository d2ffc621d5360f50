"""Numbers as people read them: rounded half up, thousands apart, a true minus sign, their unit.

Belongs here: how one number is written. Does not belong here: sentences about numbers (wording.py).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TypeGuard

from insight_pipeline.publication.site.charts.model import Axis

# Beyond it no published figure lies: DECIMAL(18,2) with room to add and multiply.
GREATEST = 1e12
_SPACE = "\N{NO-BREAK SPACE}"


def usable(value: float | None) -> TypeGuard[float]:
    """Whether a figure can be drawn: it is there, a number and of a size that figures have."""
    return value is not None and abs(value) < GREATEST  # never so of what is not a number


def number(value: float | Decimal, decimals: int) -> str:
    """`1234.5` with one decimal as '1,234.5', `-0.04` as '0.0'; a minus is a minus sign."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign = "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{abs(rounded):,f}"


def figure(value: float, axis: Axis) -> str:
    """A figure with its unit: '61.0 %', '£1,234', '412.3 per 100,000'."""
    written = number(value, axis.decimals)
    if axis.unit == "£":
        sign = written[0] if written.startswith("\N{MINUS SIGN}") else ""
        return f"{sign}£{written.removeprefix(sign)}"
    return f"{written}{_SPACE}{axis.unit}" if axis.unit else written


def heading(axis: Axis) -> str:
    """The unit as it stands over an axis."""
    return "Per cent" if axis.unit == "%" else axis.unit


def interval(lower: float, upper: float, axis: Axis) -> str:
    """Two limits without their unit: '58.1 to 63.9'."""
    return f"{number(lower, axis.decimals)} to {number(upper, axis.decimals)}"


def days(count: int) -> str:
    """'1 day', '1,095 days'."""
    return f"{count:,}{_SPACE}day{'' if count == 1 else 's'}"
