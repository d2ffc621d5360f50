"""An indicator's definition, line by line, and who delivers what it is about.

Belongs here: what stands in the catalogue of indicators, in plain words. Does not belong here:
figures.
"""

from __future__ import annotations

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.frame import Link
from insight_pipeline.publication.site.records import Indicator
from insight_pipeline.publication.site.store import Store

_POLARITY = {
    "higher_is_better": "a higher figure",
    "lower_is_better": "a lower figure",
    "neutral": "neither a higher nor a lower figure",
}
_STATISTIC = {
    "proportion": "share in per cent, with Wilson's interval",
    "rate": "crude rate, with Byar's interval (exact for fewer than 10)",
    "dsr": "directly standardised rate, with Dobson's interval",
    "isr": "indirectly standardised ratio: observed over expected, with Byar's interval",
    "mean": "mean, with Student's t interval",
    "median": "median, with the distribution-free interval between two of the values",
    "weighted_proportion": "share in per cent of all who were asked, by weighted answers, with "
    "Wilson's interval for as many answers as they are worth",
    "count": "count",
}


def facts(indicator: Indicator) -> list[tuple[str, str]]:
    """The definition, line by line; a line that has nothing to say is left out."""
    followed = words.days(indicator.window_days) if indicator.window_days else "not followed"
    lines = (
        ("What is counted", indicator.definition),
        ("Who is counted", indicator.cohort),
        ("Counted from", indicator.index_date),
        ("Followed for", followed),
        ("Better is", _POLARITY[indicator.polarity]),
        ("Statistic", _STATISTIC[indicator.statistic]),
        ("Period", indicator.period.replace("_", " ")),
        ("Target", _held_against(indicator, "target")),
        ("Benchmark", _held_against(indicator, "benchmark")),
        ("Standard", f"{indicator.standard_framework}, {indicator.standard_id}"),
        ("Defined so since", words.day(indicator.since_date) if indicator.since_date else ""),
        ("Whom to ask", indicator.owner),
    )
    return [(name, fact) for name, fact in lines if fact]


def _held_against(indicator: Indicator, kind: str) -> str:
    """'60 %, Borough plan (source)'; empty without one. kind: target or benchmark."""
    value = getattr(indicator, f"{kind}_value")
    if value is None:
        return ""
    name, source = getattr(indicator, f"{kind}_name"), getattr(indicator, f"{kind}_source")
    return f"{words.value(indicator, value)}, {name} ({source})"


def services(store: Store, indicator: Indicator) -> list[tuple[str, list[Link]]]:
    """Each service once, with its providers in the order of their contracts."""
    titles = {
        each.service_code: each.service_title for each in store.services_of(indicator.indicator_id)
    }
    return [
        (
            title,
            [
                Link(store.provider_name(name), f"providers/{name}.html")
                for name in dict.fromkeys(
                    each.provider_id for each in store.services if each.service_code == code
                )
            ],
        )
        for code, title in titles.items()
    ]
