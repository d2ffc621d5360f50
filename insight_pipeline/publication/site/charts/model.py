"""What charts are drawn from and what they become: frozen records, numbers as they were published.

Belongs here: the shapes other rooms fill in. Does not belong here: anything that draws, or reads
the release.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One period, area, provider or band, with its figure and 95 % limits in the unit of the axis.

    `label` stands at the axis, `long_label` in the tooltip. Without a value the mark is a gap, and
    `shorthand` ([c], [x] …) says why; a value with a shorthand ([u]) is drawn hollow. `signal` is a
    word of signals.py: better, worse, common_cause, special_cause_improvement …
    """

    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    shorthand: str = ""
    signal: str = ""
    long_label: str = ""


@dataclass(frozen=True)
class Limits:
    """Mean and process limits that hold at one mark of an SPC chart, in the unit of the axis."""

    mean: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Change:
    """Something that happened before mark number `before` (0 is the first), such as a new provider.

    A number outside the marks is drawn at the nearer end of the axis.
    """

    before: int
    label: str


@dataclass(frozen=True)
class FunnelPoint:
    """One area or provider: its figure, the denominator or expected number behind it, and its flag.

    `flag` is a word of signals.py, such as judgement.funnel_flag; empty: not flagged.
    """

    label: str
    value: float
    size: float
    flag: str = ""


@dataclass(frozen=True)
class Flow:
    """A hand-off from one service to another: the share in per cent that arrived within the clock.

    `label` says in words what is followed. Without a value it is withheld, for the reason
    `shorthand` gives. `clock_days` 0: no clock.
    """

    source: str
    target: str
    label: str
    value: float | None
    numerator: int | None
    denominator: int | None
    clock_days: int
    shorthand: str = ""


@dataclass(frozen=True)
class Axis:
    """How figures are written: unit ('%', 'per 1,000 people', '£'), decimals, whether 0 is shown.

    From zero, an axis without negative figures begins at 0 even where a process limit lies below.
    """

    unit: str
    decimals: int = 1
    from_zero: bool = False


@dataclass(frozen=True)
class Chart:
    """Markup for a page that has charts.css, and the words that say what the picture shows."""

    svg: str
    alternative: str
