"""What each field of a column means to providers, to our SQL and to governance when it changes.

Belongs here: one line a field of Column and ColumnProperties; a field without one fails a test.
Does not belong here: columns that come and go (diff.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from insight_pipeline.contracts.evolution.change import Change, FieldRule, Place, said
from insight_pipeline.contracts.evolution.field_rules import (
    allowance,
    bound,
    check,
    for_both,
    for_consumers,
    governed,
    meaning,
    nothing,
    promise,
)
from insight_pipeline.kernel.outcome import Severity

STRICTNESS = (Severity.WARN, Severity.RECORD, Severity.DELIVERY)
UPPER_OPTIONS = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems"})
LOWER_OPTIONS = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems"})
# Options that say how a cell is written: another way is another type to providers and our SQL.
WRITTEN_OPTIONS = frozenset({"format", "timezone", "defaultTimezone"})


def severity(old: Any, new: Any, place: Place) -> Iterable[Change]:
    what = f"severity was {old}, is {new}"
    if STRICTNESS.index(new) > STRICTNESS.index(old):
        yield place.breaks_providers(what)
    elif new == Severity.WARN:
        yield place.breaks_consumers(f"{what}: rows held until now reach our SQL")
    else:
        yield place.safe(what)


def _options(old: Mapping[str, Any], new: Mapping[str, Any], place: Place) -> Iterable[Change]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield from _option_rule(name)(before, after, place)


def _option_rule(name: str) -> FieldRule:
    if name in UPPER_OPTIONS:
        return bound(name, upper=True)
    if name in LOWER_OPTIONS:
        return bound(name, upper=False)
    return for_both(name) if name in WRITTEN_OPTIONS else check(name)


def _empty_values(old: Any, new: Any, place: Place) -> Iterable[Change]:
    gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
    if gone:
        yield place.breaks_providers(f"no longer read as missing: {said(gone)}")
    if come:
        what = f"now read as missing: {said(come)}"
        required = place.required and place.holds
        yield place.breaks_providers(what) if required else place.safe(what)


def _required(old: Any, new: Any, place: Place) -> Iterable[Change]:
    if new:
        yield place.breaks_providers("must be filled in now")
    else:
        yield place.breaks_consumers("need no longer be filled in")


def _unique(old: Any, new: Any, place: Place) -> Iterable[Change]:
    yield from promise("uniqueness")("unique" if old else None, "unique" if new else None, place)


def _key(old: Any, new: Any, place: Place) -> Iterable[Change]:
    words = {True: "part of the key", False: "no part of the key"}
    yield from for_both("role")(words[bool(old)], words[bool(new)], replace(place, holds=True))


COLUMN_RULES: dict[str, FieldRule] = {
    "name": nothing("columns are compared by name"),
    "type": for_both("type"),
    "physical_type": for_consumers("physical type"),
    "required": _required,
    "unique": _unique,
    "key": _key,
    "description": meaning,
    "classification": governed("classification"),
    "options": _options,
    "properties": nothing("compared field by field below"),
}
COLUMN_PROPERTY_RULES: dict[str, FieldRule] = {
    "format": promise("format"),
    "vocabulary": for_both("code list"),
    "severity": severity,
    "empty_values": _empty_values,
    "required_if": promise("requiredIf"),
    "normalise": allowance("repaired by us"),
    "date_formats": allowance("other ways to write the date"),
    "header_synonyms": allowance("other names in the header"),
}
