from __future__ import annotations

import dataclasses
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from insight_pipeline.contracts.evolution import column_changes, contract_changes
from insight_pipeline.contracts.evolution.change import Level, Touches
from insight_pipeline.contracts.evolution.diff import advised, diff, overall
from insight_pipeline.contracts.evolution.version import version_faults
from insight_pipeline.contracts.promise.contract import (
    Column,
    ColumnProperties,
    Contract,
    ContractProperties,
    InternalProperties,
    Limit,
    Metric,
    Reference,
    RowRule,
    ServiceLevels,
)
from insight_pipeline.kernel.outcome import Severity
from tests.unit.contracts.promises import column, contract, internal, row_rule

PROVIDERS, CONSUMERS, GOVERNANCE, SAFE = Touches
TABLES: list[tuple[type, dict[str, Any]]] = [
    (Contract, contract_changes.CONTRACT_RULES),
    (ContractProperties, contract_changes.PROPERTY_RULES),
    (InternalProperties, contract_changes.INTERNAL_RULES),
    (RowRule, contract_changes.ROW_RULE_RULES),
    (Metric, contract_changes.METRIC_RULES),
    (Reference, contract_changes.REFERENCE_RULES),
    (ServiceLevels, contract_changes.SERVICE_LEVEL_RULES),
    (Column, column_changes.COLUMN_RULES),
    (ColumnProperties, column_changes.COLUMN_PROPERTY_RULES),
]
LIMIT = Limit("mustBeLessThan", (Decimal(5),))
METRIC = Metric("few_missing", "nullValues", ("A",), LIMIT, Severity.DELIVERY, "Few.", "Fill.")
REFERENCE = Reference("A", "brightcare__people", "A", Severity.RECORD)
SMALL = contract(column("A"), column("B", required=True))


def fields(kind: type) -> set[str]:
    if issubclass(kind, BaseModel):
        return set(kind.model_fields)
    return {field.name for field in dataclasses.fields(kind)}


@pytest.mark.parametrize(
    ("kind", "rules"), TABLES, ids=lambda value: getattr(value, "__name__", "")
)
def test_every_field_of_a_contract_has_a_rule_and_every_rule_a_field(
    kind: type, rules: dict[str, Any]
) -> None:
    assert set(rules) == fields(kind)


def changed(old: Contract, new: Contract) -> set[Touches]:
    return {change.verdict for change in diff(old, new)}


def with_column(**difference: Any) -> tuple[Contract, Contract]:
    """Two contracts whose column A differs in one respect."""
    before, after = difference.pop("before", {}), difference.pop("after", {})
    return contract(column("A", **before)), contract(column("A", **after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"required": True}, {PROVIDERS}),
        ({"required": True}, {}, {CONSUMERS}),
        ({}, {"unique": True}, {PROVIDERS}),
        ({"unique": True}, {}, {CONSUMERS}),
        ({}, {"key": True}, {PROVIDERS, CONSUMERS}),
        ({"type": "string"}, {"type": "integer"}, {PROVIDERS, CONSUMERS}),
        (
            {"options": {"maximum": 9}, "type": "integer"},
            {"options": {"maximum": 5}, "type": "integer"},
            {PROVIDERS},
        ),
        (
            {"options": {"maximum": 9}, "type": "integer"},
            {"options": {"maximum": 10}, "type": "integer"},
            {SAFE},
        ),
        (
            {"options": {"minimum": 9}, "type": "integer"},
            {"options": {"minimum": 10}, "type": "integer"},
            {PROVIDERS},
        ),
        ({"options": {"minimum": 9}, "type": "integer"}, {"type": "integer"}, {SAFE}),
        ({}, {"options": {"maxLength": 5}}, {PROVIDERS}),
        (
            {"options": {"minimum": "2020-01-01"}, "type": "date"},
            {"options": {"minimum": "2021-01-01"}, "type": "date"},
            {PROVIDERS},
        ),
        ({"options": {"pattern": "[a]"}}, {"options": {"pattern": "[b]"}}, {PROVIDERS}),
        ({"options": {"pattern": "[a]"}}, {}, {SAFE}),
        (
            {"options": {"format": "dd/MM/yyyy"}, "type": "date"},
            {"options": {"format": "yyyy-MM-dd"}, "type": "date"},
            {PROVIDERS, CONSUMERS},
        ),
        ({}, {"options": {"multipleOf": 5}, "type": "string"}, {PROVIDERS}),
        ({}, {"format": "nhs_number"}, {PROVIDERS}),
        ({"format": "nhs_number"}, {}, {CONSUMERS}),
        ({"format": "nhs_number"}, {"format": "uprn"}, {PROVIDERS}),
        ({"vocabulary": "sex_code"}, {"vocabulary": "event"}, {PROVIDERS, CONSUMERS}),
        ({"severity": "warn"}, {"severity": "record"}, {PROVIDERS}),
        ({"severity": "record"}, {"severity": "warn"}, {CONSUMERS}),
        ({"severity": "delivery"}, {"severity": "record"}, {SAFE}),
        ({}, {"emptyValues": ["N/A"]}, {SAFE}),
        ({"required": True}, {"required": True, "emptyValues": ["N/A"]}, {PROVIDERS}),
        ({"emptyValues": ["N/A"]}, {}, {PROVIDERS}),
        ({}, {"requiredIf": '"B" = 1'}, {PROVIDERS}),
        ({"requiredIf": '"B" = 1'}, {}, {CONSUMERS}),
        ({"normalise": ["upper"]}, {}, {PROVIDERS}),
        ({}, {"normalise": ["upper"]}, {SAFE}),
        ({"dateFormats": ["yyyy-MM-dd"]}, {"dateFormats": ["dd-MM-yyyy"]}, {PROVIDERS, SAFE}),
        ({"headerSynonyms": ["a"]}, {}, {PROVIDERS}),
    ],
)
def test_a_change_of_a_column_touches(
    before: dict[str, Any], after: dict[str, Any], expected: set[Touches]
) -> None:
    assert changed(*with_column(before=before, after=after)) == expected


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("providerName", "A", "B", {SAFE}),
        ("lawfulBasis", "A", "B", {GOVERNANCE}),
        ("purposes", ["a"], ["a", "b"], {GOVERNANCE}),
        ("specialCategory", False, True, {GOVERNANCE}),
        ("retention", "P8Y", "P9Y", {GOVERNANCE}),
        ("sharingAgreement", "A", "B", {GOVERNANCE}),
        ("controller", "A", "B", {GOVERNANCE}),
        ("nationalReturn", "A", "B", {GOVERNANCE}),
        ("maxBadShare", 0.25, 0.1, {PROVIDERS}),
        ("maxBadShare", 0.25, 0.5, {CONSUMERS}),
        ("minShareOfLast", 0.5, 0.9, {PROVIDERS}),
        ("minShareOfLast", 0.5, 0.1, {SAFE}),
        ("periodColumn", None, "A", {PROVIDERS}),
        ("periodColumn", "A", None, {SAFE}),
        ("reader", {"format": "csv"}, {"format": "xlsx"}, {PROVIDERS}),
        ("reader", {"format": "csv", "delimiter": ";"}, {"format": "csv"}, {SAFE}),
        ("inForce", {"to": "2025-03-31"}, {"from": "2025-04-01"}, {SAFE}),
        ("drift", None, {"maxPsi": 0.1}, {SAFE}),
        ("normalise", ["trim"], [], {PROVIDERS}),
    ],
)
def test_a_change_of_a_property_touches(
    name: str, before: Any, after: Any, expected: set[Touches]
) -> None:
    old, new = (contract(column("A"), **{name: value}) for value in (before, after))
    assert changed(old, new) == expected


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        ({"columns": SMALL.columns[:1]}, {CONSUMERS}),
        ({"columns": (*SMALL.columns, column("C"))}, {PROVIDERS}),
        (
            {"columns": (*SMALL.columns, replace(column("C"), classification="personal"))},
            {PROVIDERS, GOVERNANCE},
        ),
        ({"columns": (column("A"), column("B2", required=True))}, {PROVIDERS, CONSUMERS}),
        (
            {"columns": (column("A"), column("B2", required=True, headerSynonyms=["B"]))},
            {CONSUMERS, SAFE},
        ),
        ({"columns": SMALL.columns[::-1]}, set()),
        ({"row_rules": (row_rule("r", "true"),)}, {PROVIDERS}),
        ({"row_rules": (row_rule("r", "true", Severity.WARN),)}, {SAFE}),
        ({"metrics": (METRIC,)}, {PROVIDERS}),
        ({"references": (REFERENCE,)}, {PROVIDERS}),
        ({"service_levels": ServiceLevels(1, 14)}, {PROVIDERS}),
        ({"servers": ({"server": "a"},)}, {PROVIDERS}),
        ({"title": "B"}, {SAFE}),
        ({"owner": "B"}, {SAFE}),
        ({"description": "Other words."}, {CONSUMERS}),
        ({"description": "cases"}, {SAFE}),
        ({"fingerprint": "x", "earlier": (SMALL,)}, set()),
        ({"stem": "brightcare__other"}, {PROVIDERS, CONSUMERS}),
    ],
)
def test_a_change_of_a_contract_touches(difference: dict[str, Any], expected: set[Touches]) -> None:
    assert changed(SMALL, replace(SMALL, **difference)) == expected


def test_what_is_taken_back_leaves_consumers_without_it() -> None:
    full = replace(
        SMALL, row_rules=(row_rule("r", "true"),), metrics=(METRIC,), references=(REFERENCE,)
    )
    assert [c.where for c in diff(full, SMALL)] == ["A → brightcare__people.A", "few_missing", "r"]
    assert changed(full, SMALL) == {CONSUMERS}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (METRIC, replace(METRIC, limit=Limit("mustBeLessThan", (Decimal(3),))), {PROVIDERS}),
        (METRIC, replace(METRIC, severity=Severity.WARN), {CONSUMERS}),
        (METRIC, replace(METRIC, fix_hint="Else."), {SAFE}),
        (
            replace(METRIC, severity=Severity.WARN),
            replace(METRIC, severity=Severity.WARN, columns=("B",)),
            {SAFE},
        ),
    ],
)
def test_a_change_of_a_metric_touches(
    before: Metric, after: Metric, expected: set[Touches]
) -> None:
    assert changed(replace(SMALL, metrics=(before,)), replace(SMALL, metrics=(after,))) == expected


def test_a_stricter_promise_that_is_only_warned_about_breaks_nobody() -> None:
    old, new = with_column(
        before={"severity": "warn"}, after={"severity": "warn", "required": True}
    )
    (change,) = diff(old, new)
    assert change.verdict is SAFE and "only warned about" in change.what


def test_service_levels_that_ask_less_make_consumers_wait() -> None:
    often, seldom = (replace(SMALL, service_levels=ServiceLevels(n, 14)) for n in (1, 3))
    assert changed(often, seldom) == {CONSUMERS} and changed(seldom, often) == {PROVIDERS}


def test_another_zone_of_an_internal_contract_is_for_governance() -> None:
    zones = [internal("x", {"a": "VARCHAR"}, zone=zone) for zone in ("identity", "warehouse")]
    assert changed(*zones) == {GOVERNANCE}


def test_a_contract_does_not_differ_from_itself() -> None:
    assert diff(SMALL, SMALL) == () and overall(()) is SAFE and advised(()) is Level.NONE


def test_the_overall_verdict_is_the_worst_and_stands_first() -> None:
    new = replace(SMALL, title="B", columns=SMALL.columns[:1], row_rules=(row_rule("r", "true"),))
    changes = diff(SMALL, new)
    assert [change.verdict for change in changes] == [PROVIDERS, CONSUMERS, SAFE]
    assert overall(changes) is PROVIDERS


@pytest.mark.parametrize(
    ("difference", "version", "faults"),
    [
        ({"title": "B"}, "1.0.0", 1),
        ({"title": "B"}, "1.0.1", 0),
        ({"title": "B"}, "1.1.0", 0),
        ({"service_levels": ServiceLevels(None, 3)}, "1.9.0", 1),
        ({"service_levels": ServiceLevels(None, 3)}, "2.0.0", 0),
        ({"row_rules": (row_rule("r", "true", Severity.WARN),)}, "1.0.9", 1),
        ({"row_rules": (row_rule("r", "true", Severity.WARN),)}, "1.1.0", 0),
        ({}, "1.0.0", 0),
        ({}, "0.9.0", 1),
        ({}, "1.0", 1),
    ],
)
def test_the_version_number_moves_as_the_changes_say(
    difference: dict[str, Any], version: str, faults: int
) -> None:
    new = replace(SMALL, **difference, version=version)
    assert len(list(version_faults(SMALL, new, diff(SMALL, new)))) == faults


LIMITS = st.none() | st.integers(-3, 3)


@given(old=st.tuples(LIMITS, LIMITS), new=st.tuples(LIMITS, LIMITS), value=st.integers(-5, 5))
def test_a_value_taken_yesterday_and_refused_today_was_foretold(
    old: tuple[int | None, int | None], new: tuple[int | None, int | None], value: int
) -> None:
    def bounded(limits: tuple[int | None, int | None]) -> Contract:
        names = zip(("minimum", "maximum"), limits, strict=True)
        return contract(column("A", "integer", options={n: v for n, v in names if v is not None}))

    def takes(limits: tuple[int | None, int | None]) -> bool:
        low, high = limits
        return (low is None or value >= low) and (high is None or value <= high)

    if takes(old) and not takes(new):
        assert overall(diff(bounded(old), bounded(new))) is PROVIDERS
