"""What a provider answers for, beside the borough and beside others, as fairly as figures allow.

Belongs here: which comparison of a provider is fair, in words. Does not belong here: judging (table
judgement), or charts of providers (compared.py). Providers are compared in one and the same period
only, and the words never put one before another without an interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from insight_pipeline.publication.site import findings, verdicts, words
from insight_pipeline.publication.site.compared import in_a_funnel, side_by_side
from insight_pipeline.publication.site.exhibits import Exhibit
from insight_pipeline.publication.site.group import Group, order_of
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.store import Store
from insight_pipeline.publication.site.verdicts import Signal


def series_of_provider(store: Store, provider_id: str) -> tuple[Series, ...]:
    """The provider's series, one an indicator, in the order of the indicators."""
    return tuple(
        each
        for each in store.series
        if each.breakdown_type == "provider" and each.provider_id == provider_id
    )


def others(store: Store, series: Series) -> tuple[Series, ...]:
    """Other providers of the indicator with a row in this one's latest complete period."""
    latest = series.latest
    every = store.series_of(series.indicator_id, "provider")
    return tuple(
        each
        for each in order_of(every)
        if each.series_id != series.series_id and latest and each.at(latest.period_from)
    )


def verdict(store: Store, series: Series) -> str:
    """How the latest figure compares, and how it changes, in two or three sentences."""
    indicator, latest = store.indicator(series.indicator_id), series.latest
    if latest is None:
        return "There is no complete period yet."
    if latest.value is None:
        return words.sentence(findings.latest_words(indicator, latest))
    course = words.sentence(findings.change_words(indicator, series))
    return f"{_compared(store, indicator, series, latest)} {course}".strip()


def standing(store: Store, series: Series) -> Signal | None:
    """Beside the borough, where it differs from it; None where there is nothing to say."""
    latest = series.latest
    if latest is None or latest.value is None or not others(store, series):
        return None
    signal = verdicts.comparison(latest)
    return signal if signal.is_special else None


def _compared(store: Store, indicator: Indicator, series: Series, latest: Figure) -> str:
    beside = others(store, series)
    if not beside:
        return _alone(store, series, latest)
    signal = verdicts.comparison(latest)
    if latest.is_not_comparable:
        return "It is not compared yet: the provider has only just begun."
    if signal.words == "Not compared":
        return "It is not compared."
    borough = _borough(store, indicator, latest)
    return words.sentence(f"{signal.words}{borough} ({signal.sureness})")


def _borough(store: Store, indicator: Indicator, latest: Figure) -> str:
    total = store.total(indicator.indicator_id)
    whole = total.at(latest.period_from) if total else None
    if whole is None or whole.value is None or latest.value is None:
        return ""
    return f", {words.value_beside(indicator, whole.value, latest.value)}"


def _alone(store: Store, series: Series, latest: Figure) -> str:
    """Nobody is there to compare with; whoever had it before had other cases in other times."""
    alone = f"No other provider answers for it in {latest.period}, so none can be compared"
    apart = [
        each.label
        for each in order_of(store.series_of(series.indicator_id, "provider"))
        if each.series_id != series.series_id
    ]
    if not apart:
        return words.sentence(alone)
    return words.sentence(
        f"{alone}: {words.listed(apart)} answered in other periods, for other cases"
    )


def comparisons(store: Store, provider_id: str) -> tuple[Exhibit, ...]:
    """A chart of all providers for each indicator that more than one answers for at once."""
    found = (_side_by_side(store, each) for each in series_of_provider(store, provider_id))
    return tuple(each for each in found if each)


def _side_by_side(store: Store, series: Series) -> Exhibit | None:
    latest, indicator = series.latest, store.indicator(series.indicator_id)
    if latest is None or not others(store, series):
        return None
    total = store.total(series.indicator_id)
    group = Group(
        f"providers-{series.indicator_id}",
        "provider",
        "providers",
        indicator,
        order_of(store.series_of(series.indicator_id, "provider")),
        latest.period_from,
        total.at(latest.period_from) if total else None,
    )
    return in_a_funnel(group) or side_by_side(group)


def tally(store: Store, provider_id: str) -> str:
    """'It answers for 3 indicators: 1 is better than the borough …', by their latest figures."""
    series = series_of_provider(store, provider_id)
    counted = Counter(_kind(store, each) for each in series)
    told = [
        f"{counted[kind]} {one if counted[kind] == 1 else many}"
        for kind, (one, many) in _KINDS.items()
        if counted[kind]
    ]
    if not told:
        return ""
    whole = words.plural(len(series), "indicator")
    return words.sentence(f"It answers for {whole}: {words.listed(told)}")


def _kind(store: Store, series: Series) -> str:
    latest = series.latest
    if latest is None or latest.value is None:
        return _WITHHELD
    if not others(store, series):
        return _ALONE
    return latest.judgement.compared_outcome


_ALONE, _WITHHELD = "alone", "withheld"
# What the latest figure is beside the borough → of one indicator, of several.
_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "worse": ("is worse than the borough", "are worse than the borough"),
        "better": ("is better than the borough", "are better than the borough"),
        "higher": ("is higher than the borough", "are higher than the borough"),
        "lower": ("is lower than the borough", "are lower than the borough"),
        "similar": ("is no different beyond chance", "are no different beyond chance"),
        "not_compared": ("is not compared", "are not compared"),
        _ALONE: ("has nobody to compare with", "have nobody to compare with"),
        _WITHHELD: ("has no figure yet that may be shown", "have no figure yet that may be shown"),
    }
)
