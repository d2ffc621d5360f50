"""The headline messages of a release: what got better or worse, what stands out, and how sure.

Belongs here: which findings come first. Does not belong here: their sentences (findings.py). What
is called better or worse was judged so in the release; nothing here compares two numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insight_pipeline.publication.site import findings, verdicts, words
from insight_pipeline.publication.site.frame import Link
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.store import Store
from insight_pipeline.publication.site.verdicts import Signal

_FRACTION_BY_CHANCE = 20
_MOST_SHOWN = 6
_KINDS = ("provider", "area")
_CONFIDENT = "very likely"


@dataclass(frozen=True)
class Message:
    """A link to the page that explains it, then its text; tone colours the edge."""

    tone: str
    link: Link
    text: str
    sureness: str


@dataclass(frozen=True)
class Standing:
    """How many totals are better, worse or not clearly different from target or benchmark."""

    better: int
    worse: int
    similar: int


@dataclass(frozen=True)
class Headlines:
    """improving, worsening, moving (neither): indicators. standing_out: places and providers.

    undecided: indicators whose series is too short; steady: those that can be judged, and do not
    change; standards: those that are 100 by definition; unknown: those without a latest figure.
    compared: how many wards and providers were compared with the borough.
    """

    improving: tuple[Message, ...]
    worsening: tuple[Message, ...]
    moving: tuple[Message, ...]
    benchmarks: tuple[Message, ...]
    standing_out: tuple[Message, ...]
    more_standing_out: int
    steady: int
    undecided: int
    standards: int
    unknown: int
    met: Standing
    compared: int

    @property
    def by_chance(self) -> int:
        """How many comparisons chance alone would mark at the 95 % level."""
        return round(self.compared / _FRACTION_BY_CHANCE)


def headlines(store: Store) -> Headlines:
    totals = [(each, store.total(each.indicator_id)) for each in store.indicators]
    standards = [i for i, s in totals if s is not None and findings.is_own_standard(i, s)]
    changes = [
        (i, s, verdicts.change(s)) for i, s in totals if s is not None and i not in standards
    ]
    judged = [signal for _, _, signal in changes]
    known = sum(s.is_special or s in (verdicts.STEADY, verdicts.NOT_YET) for s in judged)
    outliers = sorted(_outliers(store), key=_first)
    return Headlines(
        improving=tuple(_changed(changes, "good")),
        worsening=tuple(_changed(changes, "bad")),
        moving=tuple(_changed(changes, "other")),
        benchmarks=tuple(sorted(_benchmarks(changes), key=lambda each: each.tone != "bad")),
        standing_out=tuple(outliers[:_MOST_SHOWN]),
        more_standing_out=max(0, len(outliers) - _MOST_SHOWN),
        steady=judged.count(verdicts.STEADY),
        undecided=judged.count(verdicts.NOT_YET),
        standards=len(standards),
        unknown=len(totals) - len(standards) - known,
        met=_met(changes),
        compared=sum(
            series.breakdown_type in _KINDS and each.judgement.compared_outcome != "not_compared"
            for series, each in _latest(store)
        ),
    )


def _changed(changes: list[tuple[Indicator, Series, Signal]], tone: str) -> Iterator[Message]:
    for indicator, series, signal in changes:
        if signal.tone == tone and series.latest:
            text = words.sentence(findings.latest_words(indicator, series.latest))
            yield Message(tone, _link(indicator), f"{signal.words}. {text}", signal.sureness)


def _benchmarks(changes: list[tuple[Indicator, Series, Signal]]) -> Iterator[Message]:
    """Totals that are better or worse than the target or benchmark of their indicator."""
    for indicator, series, _ in changes:
        latest, signal = series.latest, verdicts.against_yardstick(indicator, series)
        if latest and signal and signal.is_special:
            told = words.sentence(findings.benchmark_words(indicator, latest))
            text = f"{told} {words.sentence(findings.latest_words(indicator, latest))}"
            yield Message(signal.tone, _link(indicator), text, signal.sureness)


def _met(changes: list[tuple[Indicator, Series, Signal]]) -> Standing:
    signals = [verdicts.against_yardstick(indicator, series) for indicator, series, _ in changes]
    tones = [signal.tone for signal in signals if signal]
    return Standing(tones.count("good"), tones.count("bad"), tones.count("plain"))


def _outliers(store: Store) -> Iterator[Message]:
    for series, figure in _latest(store):
        signal = verdicts.comparison(figure)
        if series.breakdown_type in _KINDS and signal.is_special:
            indicator = store.indicator(series.indicator_id)
            text = words.sentence(f"{signal.words}: {_beside(store, indicator, figure)}")
            kind = "providers" if series.breakdown_type == "provider" else "wards"
            link = Link(
                f"{series.label}: {indicator.title}",
                f"indicators/{indicator.indicator_id}.html#{kind}",
            )
            yield Message(signal.tone, link, text, signal.sureness)


def _beside(store: Store, indicator: Indicator, figure: Figure) -> str:
    total = store.total(indicator.indicator_id)
    whole = total.at(figure.period_from) if total else None
    told = findings.latest_words(indicator, figure)
    if whole is None or whole.value is None or figure.value is None:
        return told
    return f"{told}; the borough {words.value_beside(indicator, whole.value, figure.value)}"


def _latest(store: Store) -> Iterator[tuple[Series, Figure]]:
    """Every figure with a value of each indicator's latest complete period."""
    for series in store.series:
        period = store.latest_period(series.indicator_id)
        figure = series.at(period) if period else None
        if figure and figure.value is not None:
            yield series, figure


def _first(message: Message) -> tuple[bool, bool, str]:
    """The surest first, then what is worse, then by name."""
    return (
        not message.sureness.startswith(_CONFIDENT),
        message.tone != "bad",
        message.link.label,
    )


def _link(indicator: Indicator) -> Link:
    return Link(indicator.title, f"indicators/{indicator.indicator_id}.html")
