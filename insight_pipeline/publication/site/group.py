"""Series of one kind at one period: what is compared with each other.

Belongs here: such a group, and its order. Does not belong here: charts of it (compared.py), or what
is said of it (compared_words.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insight_pipeline.publication.site.records import Figure, Indicator, Series


@dataclass(frozen=True)
class Group:
    """Series of one kind at one period. one, many: what they are ('ward', 'wards')."""

    name: str
    one: str
    many: str
    indicator: Indicator
    series: tuple[Series, ...]
    period_from: date
    total: Figure | None

    @property
    def figures(self) -> list[tuple[str, Figure]]:
        found = ((each.label, each.at(self.period_from)) for each in self.series)
        return [(label, figure) for label, figure in found if figure]

    @property
    def shown(self) -> list[tuple[str, Figure]]:
        return [(label, figure) for label, figure in self.figures if figure.value is not None]

    @property
    def shown_figures(self) -> list[Figure]:
        return [figure for _, figure in self.shown]


def order_of(series: Sequence[Series]) -> tuple[Series, ...]:
    """By label, as readers look for a place; age bands begin with the youngest that way."""
    return tuple(sorted(series, key=lambda each: (each.label, each.series_id)))
