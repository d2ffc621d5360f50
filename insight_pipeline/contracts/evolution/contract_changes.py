"""What each field of a contract means to providers, to our SQL and to governance when it changes.

Belongs here: one line a field of the contract, its properties, rules, metrics, references and
service levels; a field without one fails a test. Does not belong here: columns (column_changes.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from insight_pipeline.contracts.evolution.change import Change, FieldRule, Place, moved
from insight_pipeline.contracts.evolution.column_changes import severity
from insight_pipeline.contracts.evolution.field_rules import (
    allowance,
    bound,
    check,
    expectation,
    for_both,
    for_providers,
    governed,
    harmless,
    meaning,
    nothing,
    words,
)


def _in_force(old: Any, new: Any, place: Place) -> Iterable[Change]:
    # A new version is in force for other periods than the old one: that is what it is for.
    yield place.safe(
        f"in force for periods that end {_days(new)}; the earlier version {_days(old)}"
    )


def _days(in_force: Any) -> str:
    return f"from {in_force.first or 'ever'} to {in_force.last or 'ever'}"


def _reader(old: Any, new: Any, place: Place) -> Iterable[Change]:
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        what = moved(f"reader {name}", before, after)
        # Not declared, it is detected in each file, as declared before or otherwise.
        if after in (None, "auto") and name in {"delimiter", "encoding", "header_row"}:
            yield place.safe(what)
        else:
            yield place.breaks_providers(what)


def _resubmission(old: Any, new: Any, place: Place) -> Iterable[Change]:
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield from for_both(f"resubmission {name}")(before, after, place)


CONTRACT_RULES: dict[str, FieldRule] = {
    "stem": for_both("dataset"),
    "path": nothing("where the file rests is nobody's promise"),
    "version": nothing("judged by what has changed (diff.version_faults)"),
    "title": words("title"),
    "description": meaning,
    "owner": words("owner"),
    "columns": nothing("compared by name"),
    "row_rules": nothing("compared by code"),
    "properties": nothing("compared field by field"),
    "fingerprint": nothing("follows from the rest"),
    "metrics": nothing("compared by code"),
    "references": nothing("compared by column"),
    "service_levels": nothing("compared field by field"),
    "servers": for_providers("where to deliver"),
    "earlier": nothing("each version is compared for itself"),
}
PROPERTY_RULES: dict[str, FieldRule] = {
    "provider": for_both("provider"),
    "provider_name": words("provider's name"),
    "dataset": for_both("dataset"),
    "national_return": governed("national return"),
    "lawful_basis": governed("lawful basis"),
    "controller": governed("controller"),
    "purposes": governed("purposes"),
    "special_category": governed("special category"),
    "retention": governed("retention"),
    "sharing_agreement": governed("sharing agreement"),
    "reader": _reader,
    "resubmission": _resubmission,
    "period_column": check("period column"),
    "max_bad_share": expectation("maxBadShare", upper=True),
    "min_share_of_last": bound("minShareOfLast", upper=False),
    "normalise": allowance("repaired by us"),
    "in_force": _in_force,
    "identity_columns": check("columns that declare the delivery"),
    "drift": harmless("drift that is told"),
}
INTERNAL_RULES: dict[str, FieldRule] = {"zone": governed("zone")}
ROW_RULE_RULES: dict[str, FieldRule] = {
    "code": nothing("rules are compared by code"),
    "predicate": for_providers("rule"),
    "severity": severity,
    "sentence": words("sentence"),
    "fix_hint": words("hint"),
}
METRIC_RULES: dict[str, FieldRule] = {
    "code": nothing("metrics are compared by code"),
    "metric": for_providers("metric"),
    "columns": for_providers("columns counted over"),
    "limit": for_providers("limit"),
    "severity": severity,
    "sentence": words("sentence"),
    "fix_hint": words("hint"),
    "values": for_providers("values counted"),
    "pattern": for_providers("pattern counted"),
}
REFERENCE_RULES: dict[str, FieldRule] = {
    "column": nothing("references are compared by column and target"),
    "to_stem": nothing("references are compared by column and target"),
    "to_column": nothing("references are compared by column and target"),
    "severity": severity,
}
SERVICE_LEVEL_RULES: dict[str, FieldRule] = {
    "frequency_months": expectation("months between deliveries", upper=True),
    "latency_days": expectation("days to deliver", upper=True),
}
CODE_LIST_RULES: dict[str, FieldRule] = {
    "label": meaning,
    "synonyms": allowance("other spellings"),
    "valid_from": bound("first day", upper=False),
    "valid_to": bound("last day", upper=True),
    "source": words("source"),
}
