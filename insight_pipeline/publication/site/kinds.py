"""Kinds of breakdown in words: what one of its groups is called, and several.

Belongs here: those words, for pages and sheets alike. Does not belong here: the groups' own names
(column label of table series). A kind of an indicator's own needs no entry: its code is its word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from insight_pipeline.publication.site.records import Series


@dataclass(frozen=True)
class Kind:
    """one, many: its groups, as in 'by ward' and 'wards'; anchor: its section on a page."""

    one: str
    many: str

    @property
    def anchor(self) -> str:
        return f"by-{self.one.replace(' ', '-')}"


TOTAL = "total"
# In the order in which they are shown; those of an indicator's own come after, by name.
_KNOWN: Mapping[str, Kind] = MappingProxyType(
    {
        TOTAL: Kind("whole borough", "whole boroughs"),
        "area": Kind("ward", "wards"),
        "provider": Kind("provider", "providers"),
        "sex": Kind("sex", "sexes"),
        "age_band": Kind("age band", "age bands"),
        "provider_pair": Kind("pair of providers", "pairs of providers"),
        "unit": Kind("care unit", "care units"),
        "need_area": Kind("need and ward", "needs and wards"),
    }
)


def kind_of(breakdown_type: str) -> Kind:
    """The words for a kind of breakdown."""
    word = breakdown_type.replace("_", " ")
    return _KNOWN.get(breakdown_type) or Kind(word, f"{word}s")


def in_order(breakdown_types: Iterable[str]) -> list[str]:
    """Each kind once: the whole, wards, providers, sex, age, and then an indicator's own."""
    places = {name: place for place, name in enumerate(_KNOWN)}
    return sorted(set(breakdown_types), key=lambda name: (places.get(name, len(places)), name))


def kinds_of(series: Iterable[Series], indicator_id: str) -> list[str]:
    """The kinds of breakdown an indicator has, in order."""
    return in_order(each.breakdown_type for each in series if each.indicator_id == indicator_id)
