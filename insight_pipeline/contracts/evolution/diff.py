"""What changed between two versions of a contract, and whom each change touches.

Belongs here: walking two contracts side by side, and what the version number has to do about it.
Does not belong here: what one field's change means (column_changes.py, contract_changes.py,
code_lists.py), or which models it touches (indicators/impact.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from insight_pipeline.contracts.evolution.change import Change, FieldRule, Level, Place, Touches
from insight_pipeline.contracts.evolution.column_changes import COLUMN_PROPERTY_RULES, COLUMN_RULES
from insight_pipeline.contracts.evolution.contract_changes import (
    CONTRACT_RULES,
    INTERNAL_RULES,
    METRIC_RULES,
    PROPERTY_RULES,
    REFERENCE_RULES,
    ROW_RULE_RULES,
    SERVICE_LEVEL_RULES,
)
from insight_pipeline.contracts.promise.contract import (
    Column,
    Contract,
    InternalProperties,
    Metric,
    Reference,
    RowRule,
)
from insight_pipeline.kernel.outcome import Severity

IMPERSONAL = frozenset({None, "public", "internal"})


def diff(old: Contract, new: Contract) -> tuple[Change, ...]:
    """Every change from `old` to `new`, the worst first, then by place."""
    changes = [
        *_fields(old, new, CONTRACT_RULES, Place("contract")),
        *_properties(old, new),
        *_columns(old, new),
        *_named(old.row_rules, new.row_rules, ROW_RULE_RULES),
        *_named(old.metrics, new.metrics, METRIC_RULES),
        *_named(old.references, new.references, REFERENCE_RULES),
        *_fields(old.service_levels, new.service_levels, SERVICE_LEVEL_RULES, Place("SLA")),
    ]
    return in_order(changes)


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    worst = list(Touches)
    return tuple(sorted(changes, key=lambda c: (worst.index(c.verdict), c.where, c.what)))


def overall(changes: Iterable[Change]) -> Touches:
    """The worst verdict; safe where nothing changed."""
    worst = list(Touches)
    return min((change.verdict for change in changes), key=worst.index, default=Touches.SAFE)


def _fields(
    old: object, new: object, rules: Mapping[str, FieldRule], place: Place
) -> Iterable[Change]:
    for name, rule in rules.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield from rule(before, after, place)


def _properties(old: Contract, new: Contract) -> Iterable[Change]:
    place = Place("contract")
    if isinstance(old.properties, InternalProperties) != isinstance(
        new.properties, InternalProperties
    ):
        yield place.breaks_consumers("it is a provider's contract on one side only")
        return
    internal = isinstance(new.properties, InternalProperties)
    rules = INTERNAL_RULES if internal else PROPERTY_RULES
    yield from _fields(old.properties, new.properties, rules, place)


def _columns(old: Contract, new: Contract) -> Iterable[Change]:
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    renamed = {
        name: column.name
        for column in new.columns
        if column.name not in before
        for name in column.properties.header_synonyms
        if name in before and name not in after
    }
    for name in before.keys() - after.keys() - renamed.keys():
        yield Place(name, column=name).breaks_consumers("column removed")
    for name, column in after.items():
        origin = next((was for was, now in renamed.items() if now == name), name)
        if origin != name:
            what = f"column renamed '{name}'; files with the old name are still read"
            yield Place(origin, column=origin).breaks_consumers(what)
        if origin in before:
            yield from _column(before[origin], column)
        else:
            yield from _new_column(column)


def _column(old: Column, new: Column) -> Iterable[Change]:
    holds = new.properties.severity != Severity.WARN
    place = Place(new.name, holds, new.required, old.name)
    yield from _fields(old, new, COLUMN_RULES, place)
    yield from _fields(old.properties, new.properties, COLUMN_PROPERTY_RULES, place)


def _new_column(column: Column) -> Iterable[Change]:
    # Optional cells, but no optional columns: a file without it is refused.
    place = Place(column.name)
    yield place.breaks_providers("column added: files without it are refused")
    if column.classification not in IMPERSONAL:
        yield place.governance(f"new column about people ({column.classification})")


def _named(
    old: Iterable[Any], new: Iterable[Any], rules: Mapping[str, FieldRule]
) -> Iterable[Change]:
    """Rules, metrics or references, matched by what they are called."""
    before = {_name(item): item for item in old}
    after = {_name(item): item for item in new}
    for name in sorted({*before, *after}):
        item = after.get(name) or before[name]
        place = Place(name, holds=item.severity != Severity.WARN)
        if name not in before:
            yield place.breaks_providers("rule added")
        elif name in after:
            yield from _fields(before[name], after[name], rules, place)
        elif place.holds:
            yield place.breaks_consumers("rule removed: rows held until now reach our SQL")
        else:
            yield place.safe("rule removed")


def _name(item: RowRule | Metric | Reference) -> str:
    if isinstance(item, Reference):
        return f"{item.column} → {item.to_stem}.{item.to_column}"
    return item.code


def advised(changes: Iterable[Change]) -> Level:
    """The part of the version number that these changes move."""
    greatest = list(Level)
    return min((change.level for change in changes), key=greatest.index, default=Level.NONE)
