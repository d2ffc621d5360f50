"""What a picture shows, in a sentence or two, for those who do not see it.

Belongs here: the sentences that charts share. Does not belong here: how numbers are written
(numbers.py), or findings (words of the pages).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from insight_pipeline.publication.site.charts.model import Axis, Mark
from insight_pipeline.publication.site.charts.numbers import figure, usable
from insight_pipeline.publication.site.charts.series import reason
from insight_pipeline.publication.site.charts.signals import look_of

_MOST_NAMED = 6


def course(marks: Sequence[Mark], axis: Axis) -> str:
    """First and last value; whether they differ by more than chance is not for a chart to say."""
    shown = [(mark, mark.value) for mark in marks if usable(mark.value)]
    if not shown:
        return "No figure is shown."
    (first, start), (last, end) = shown[0], shown[-1]
    ending = f"{figure(end, axis)} in {name(last)}"
    if len(shown) == 1:
        return f"One figure, {ending}."
    return f"From {figure(start, axis)} in {name(first)} to {ending}."


def gaps(marks: Sequence[Mark], what: str) -> str:
    """How many have no value, and why; empty where all have one."""
    missing = [mark for mark in marks if not usable(mark.value)]
    if not missing:
        return ""
    named = listed(f"{name(mark)} {reason(mark)}" for mark in missing)
    return f"{len(missing)} of {len(marks)} {what} without a value: {named}."


def signals(marks: Sequence[Mark]) -> str:
    """How many marks carry each special signal, and whether the last one does; empty for none."""
    looks = [look_of(mark.signal) for mark in marks]
    counted = {look.words: looks.count(look) for look in looks if look.is_special}
    if not counted:
        return ""
    latest = look_of(next((m.signal for m in reversed(marks) if usable(m.value)), ""))
    ending = f"; the latest: {latest.words.lower()}" if latest.words else ""
    told = ", ".join(f"{words.lower()} {count}" for words, count in counted.items())
    return f"Signals: {told}{ending}."


def listed(names: Iterable[str]) -> str:
    """Names with commas; of many only the first ones, and how many more there are."""
    every = list(names)
    more = len(every) - _MOST_NAMED
    return ", ".join(every[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def name(mark: Mark) -> str:
    return mark.long_label or mark.label


def paragraph(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
