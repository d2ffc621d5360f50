"""What is said of a group in one period: who differs from the borough, and what is not shown.

Belongs here: the finding over a chart and the notes below it. Does not belong here: the chart and
its table (compared.py), or the words for over-dispersion (funnel_words.py).
"""

from __future__ import annotations

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.group import Group
from insight_pipeline.publication.site.marks import DOUBTS

_OF_PEOPLE = ("ward", "sex", "age band")


def finding_of(group: Group) -> str:
    """Who is better and worse than the borough; else that nobody is, or what the range is."""
    figures = group.shown_figures
    if not figures:
        return f"All {group.many} are withheld in {group.figures[0][1].period}"
    outcomes = [figure.judgement.compared_outcome for figure in figures]
    told = [
        f"{words.listed(names)}: {outcome} than the borough"
        for outcome in ("worse", "better", "higher", "lower")
        if (names := _named(group, outcome))
    ]
    if told:
        return "; ".join(told)
    if "similar" in outcomes:
        if group.name == "by-sex":
            return "Neither sex differs from the borough by more than chance"
        some = "" if len(figures) == len(group.figures) else " that is shown"
        return f"No {group.one}{some} differs from the borough by more than chance"
    return _range(group)


def _named(group: Group, outcome: str) -> list[str]:
    return [label for label, each in group.shown if each.judgement.compared_outcome == outcome]


def _range(group: Group) -> str:
    """'From 33 % (Aged 18 to 64) to 52 % (Aged 85 and over)'; who is better is not said.

    Only parts of the people are named. To name who delivers as the lowest or highest would blame
    chance, and pathways and services have clocks and tasks of their own.
    """
    ranked = sorted((each.value, label) for label, each in group.shown if each.value is not None)
    low, high = (
        f"{words.value(group.indicator, value)} ({label})"
        for value, label in (ranked[0], ranked[-1])
    )
    if len(ranked) > 1 and group.one not in _OF_PEOPLE:
        ends = (words.value(group.indicator, ranked[place][0]) for place in (0, -1))
        return f"{group.many.capitalize()}: from {' to '.join(ends)}; not tested against chance"
    if len(ranked) > 1:
        return f"From {low} to {high}; not tested against chance"
    only = f"{ranked[0][1]}: {words.value(group.indicator, ranked[0][0])}"
    if len(group.figures) > 1:
        return f"{only}, the only {group.one} that is shown"
    return f"{only}, the only {group.one} in {group.figures[0][1].period}"


def notes_of(group: Group) -> tuple[str, ...]:
    """How many are withheld, and what hollow marks are."""
    doubts = words.symbols(figure.shorthand for _, figure in group.shown)
    hollow = [meaning for symbol, meaning in doubts if symbol in DOUBTS]
    drawn = f"Hollow marks are {'; '.join(hollow)}." if hollow else ""
    notes = (_newcomers(group), _withheld(group), drawn)
    return tuple(note for note in notes if note)


def _newcomers(group: Group) -> str:
    """Who has only just begun, so that nothing is said of how they compare."""
    names = [label for label, figure in group.shown if figure.is_not_comparable]
    if not names:
        return ""
    have, are = ("has", "is") if len(names) == 1 else ("have", "are")
    return f"{words.listed(names)} {have} only just begun and {are} not compared yet."


def _withheld(group: Group) -> str:
    hidden = [figure for _, figure in group.figures if figure.value is None]
    if not hidden:
        return ""
    is_secret = all("[c]" in figure.shorthand for figure in hidden)
    state = "withheld" if is_secret else "not shown"
    return (
        f"{len(hidden)} of {len(group.figures)} {group.many} "
        f"{'is' if len(hidden) == 1 else 'are'} {state}."
    )
