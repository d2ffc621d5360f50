"""The key above a chart: samples of lines and markers and their words, in rows as needed.

Belongs here: keys. Does not belong here: which entries a chart has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from insight_pipeline.publication.site.charts.frame import DROP, Sheet
from insight_pipeline.publication.site.charts.shapes import Point, marker, path, rectangle, text
from insight_pipeline.publication.site.charts.signals import LOOKS, Look, look_of
from insight_pipeline.publication.site.charts.text import shortened, width_of

ROW = 21.0
_SAMPLE = 24.0
_BETWEEN = 18.0


@dataclass(frozen=True)
class Entry:
    """A sample, drawn around the point where it is asked for, and its words."""

    words: str
    sample: Callable[[Point], str]


def of_line(words: str, kind: str) -> Entry:
    return Entry(words, lambda at: path([(at[0] - 9, at[1]), (at[0] + 9, at[1])], kind))


def of_band(words: str) -> Entry:
    return Entry(words, lambda at: rectangle(at[0] - 9, at[1] - 5, 18, 10, "band"))


def of_gap(words: str) -> Entry:
    return Entry(words, lambda at: rectangle(at[0] - 5, at[1] - 8, 10, 16, "gap"))


def of_look(look: Look) -> Entry:
    return Entry(look.words, lambda at: marker(at, look))


def of_signals(signals: Iterable[str]) -> list[Entry]:
    """One entry for each look that occurs and has words."""
    shown = {look_of(signal) for signal in signals}
    return [of_look(look) for look in dict.fromkeys(LOOKS.values()) if look in shown]


def key(entries: Sequence[Entry], sheet: Sheet) -> tuple[str, float]:
    """The key from the top of the sheet downwards, and its height; nothing at all for none."""
    drawn, x, row = [], 0.0, 0
    for entry in entries:
        words = shortened(entry.words, sheet.width - _SAMPLE)
        width = _SAMPLE + width_of(words)
        if x and x + width > sheet.width:
            x, row = 0.0, row + 1
        middle = (row + 0.5) * ROW
        drawn.append(entry.sample((x + 9, middle)))
        drawn.append(text(x + _SAMPLE, middle + DROP, words))
        x += width + _BETWEEN
    return "".join(drawn), (row + 1) * ROW if entries else 0.0
