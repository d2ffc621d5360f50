"""Reads what an ODCS document agrees beside its columns: service levels, servers, references.

Belongs here: slaProperties, servers and relationships. Does not belong here: checking whether a
reference leads anywhere (odcs_versions.py sees the other contracts) or keeping a service level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from insight_pipeline.contracts.promise.contract import (
    Reference,
    ReferenceProperties,
    ServiceLevels,
)
from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.contracts.promise.odcs_custom import custom
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all

MONTHS = {
    **dict.fromkeys(("m", "mo", "month", "months"), 1),
    **dict.fromkeys(("q", "quarter", "quarters"), 3),
    **dict.fromkeys(("y", "yr", "year", "years"), 12),
}
DAYS = {
    **dict.fromkeys(("d", "day", "days"), 1),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 7),
}
# Property → its units, and the field it fills.
LEVELS = {"frequency": (MONTHS, "frequency_months", 1), "latency": (DAYS, "latency_days", 0)}
INBOX = "inbox"


def service_levels(raw: Mapping[str, Any], where: str) -> ServiceLevels:
    """How often and how soon deliveries are promised; other levels nobody would measure."""
    items = raw.get("slaProperties") or []
    raise_all(_level_faults(items, f"{where}: slaProperties"))
    return ServiceLevels(
        **{
            LEVELS[item["property"]][1]: item["value"] * LEVELS[item["property"]][0][item["unit"]]
            for item in items
        }
    )


def _level_faults(items: list[dict[str, Any]], where: str) -> Iterator[Fault]:
    names = [item["property"] for item in items]
    for name in sorted(set(names) - set(LEVELS)):
        words = f"one of {', '.join(LEVELS)}: nobody measures others"
        yield contract_fault(where, words, f"'{name}'", near=name, known=LEVELS)
    for item in items:
        if item["property"] in LEVELS:
            units, _, least = LEVELS[item["property"]]
            place = f"{where}: {item['property']}"
            if names.count(item["property"]) > 1:
                yield contract_fault(place, "every service level once", "more than one")
            if item.get("unit") not in units:
                found = f"'{item.get('unit', 'none')}'"
                yield contract_fault(place, f"a unit among {', '.join(units)}", found)
            if type(item["value"]) is not int or item["value"] < least:
                yield contract_fault(place, f"a whole number from {least}", f"{item['value']}")


def servers(raw: Mapping[str, Any], where: str) -> tuple[Mapping[str, Any], ...]:
    """The servers as they stand; one of them at most is the inbox that deliveries come from."""
    found = tuple(raw.get("servers") or ())
    names = [item["server"] for item in found]
    raise_all(
        contract_fault(f"{where}: servers", f"one server named '{name}'", "more than one")
        for name in sorted(set(names))
        if names.count(name) > 1
    )
    return found


def references(column: Mapping[str, Any], where: str) -> tuple[Reference, ...]:
    """The relationships of one column: `to` is <contract>.<column>."""
    return tuple(
        _reference(item, column["name"], where) for item in column.get("relationships", ())
    )


def _reference(item: Mapping[str, Any], column: str, where: str) -> Reference:
    place = f"{where}: {column}: relationships"
    target = item["to"]
    parts = target.split(".") if isinstance(target, str) else []
    if len(parts) != 2 or "/" in target:
        expected = "one target, <provider>__<dataset>.<column>"
        raise InsightError([contract_fault(place, expected, "a target written otherwise")])
    properties = custom(item.get("customProperties"), ReferenceProperties, place)
    return Reference(column, parts[0], parts[1], properties.severity)
