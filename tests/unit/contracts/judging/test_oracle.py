"""Great Expectations' own expectations agree with our pass, and would notice if it were wrong.

The oracle shares no SQL with the compiler: cells are reckoned in Python, rows are judged on pandas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.judging import cells, column_rules, metrics, rules, scan, sharing
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.oracle.agreement import agreement, our_pairs, spelled
from insight_pipeline.contracts.judging.oracle.edge_rows import edge_rows
from insight_pipeline.contracts.judging.oracle.pair import Pair
from insight_pipeline.contracts.judging.oracle.second_opinion import pairs_of_great_expectations
from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.contracts.promise import cell, normalise
from insight_pipeline.contracts.promise.contract import Contract, ContractProperties, Limit, Metric
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT
from tests.unit.contracts.promises import column, contract, row_rule
from tests.unit.contracts.rows import format_macros

PROVIDERS = load_contracts(ROOT / "data_contracts" / "providers", ContractProperties)
VERSIONS = [version for newest in PROVIDERS for version in (newest, *newest.earlier)]


@lru_cache(maxsize=1)
def bench() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": "1"})
    install_macros(connection, format_macros())
    return connection


@lru_cache(maxsize=1)
def law() -> Law:
    vocabularies = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
    return Law(vocabularies, format_macros())


def metric(
    code: str, counted: str, *columns: str, severity: Severity = Severity.RECORD, **more: Any
) -> Metric:
    limit = more.pop("limit", Limit("mustBe", (Decimal(0),)))
    return Metric(code, counted, columns, limit, severity, f"{code}.", "Mend it.", **more)


# Every kind of rule there is, on columns of its own, so that no rule hides another.
EVERYTHING = replace(
    contract(
        column("Ref", required=True, key=True, options={"minLength": 2, "maxLength": 12}),
        column("Part", key=True),
        column(
            "Day",
            "date",
            options={"format": "dd/MM/yyyy", "minimum": "2000-01-01", "maximum": "2025-12-31"},
            dateFormats=["yyyy-MM-dd", "dd-MMM-yyyy"],
        ),
        column("End", "date", options={"exclusiveMinimum": "2001-01-01"}, severity="warn"),
        column("At", "timestamp"),
        column("Whole", "integer", options={"minimum": 5, "exclusiveMaximum": 90, "multipleOf": 5}),
        column(
            "Part of it",
            "number",
            options={"exclusiveMinimum": 0.1, "maximum": 99.5},
            severity="warn",
        ),
        column("Yes", "boolean"),
        column("Sex", vocabulary="sex_code", severity="warn", emptyValues=["N/A", "Not Known"]),
        column(
            "Code",
            options={"pattern": "[A-Z]{2}[0-9]+"},
            unique=True,
            normalise=["upper", "collapse_spaces"],
        ),
        column("Reason", requiredIf='"Sex" = \'M\' or "Day" is null'),
        column(
            "Town",
            severity="warn",
            options={"pattern": "[^ x]+( [^ x]+)*"},
            normalise=["collapse_spaces"],
        ),
        column("NHS", format="nhs_number", severity="warn"),
        column("UPN", format="upn"),
        column("NINO", format="nino"),
        column("UPRN", format="uprn"),
        column("Postcode", format="postcode"),
        column("E-mail", format="email"),
        column("Phone", format="phone"),
        rules=(
            row_rule(
                "dates_in_order",
                "try_strptime(\"Day\", '%d/%m/%Y') <= try_strptime(\"End\", '%Y-%m-%d')",
            ),
            row_rule("both_or_none", '("Reason" is null) = ("Town" is null)', Severity.WARN),
        ),
    ),
    metrics=(
        metric("town.null_values", "nullValues", "Town"),
        metric("town.missing", "missingValues", "Town", values=("x", None), severity=Severity.WARN),
        metric(
            "reason.invalid",
            "invalidValues",
            "Reason",
            severity=Severity.WARN,
            values=("x", "Sample 1"),
            pattern="[a-z ]+",
        ),
        metric("same_place", "duplicateValues", "Town", "Postcode", severity=Severity.WARN),
        metric(
            "few_texts",
            "nullValues",
            "Reason",
            severity=Severity.DELIVERY,
            limit=Limit("mustBeLessThan", (Decimal(5),), percent=True),
        ),
    ),
)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda c: f"{c.stem} {c.version}")
def test_both_opinions_agree_on_the_edges_of_every_contract(version: Contract) -> None:
    found = agreement(bench(), version, law())
    assert (found.ours_only, found.theirs_only) == (frozenset(), frozenset())
    assert not found.unknown
    assert found.pairs > 100


def test_both_opinions_agree_on_every_kind_of_rule() -> None:
    found = agreement(bench(), EVERYTHING, law())
    assert (found.ours_only, found.theirs_only) == (frozenset(), frozenset())
    assert not found.unknown


@lru_cache(maxsize=1)
def edges() -> tuple[pl.DataFrame, pl.DataFrame, frozenset[Pair]]:
    """The edge rows, the spellings, and what Great Expectations says of them."""
    rows = edge_rows(EVERYTHING, law().code_lists(EVERYTHING))
    codes = law().spellings(EVERYTHING, date.max)
    theirs, unknown = pairs_of_great_expectations(
        EVERYTHING, counted(), rows.to_dicts(), spelled(codes)
    )
    assert not unknown
    return rows, codes, frozenset(theirs)


def counted() -> tuple[rules.Rule, ...]:
    return tuple(rule for rule in compile_rules(EVERYTHING) if rule.counts_rows)


def ours(rows: pl.DataFrame, codes: pl.DataFrame) -> set[Pair]:
    return our_pairs(bench(), EVERYTHING, counted(), rows, codes)


def test_every_rule_is_broken_and_kept_by_some_edge_row() -> None:
    rows, _, pairs = edges()
    counts = {rule.code: sum(pair[1] == rule.code for pair in pairs) for rule in counted()}
    assert all(0 < count < rows.height for count in counts.values()), counts


# Changes the compiler; gives a list that says, once the compiler ran, where it was changed.
Mutant = Callable[[pytest.MonkeyPatch], list[bool]]


def replaced(module: Any, name: str, value: Any, hits: list[bool]) -> Mutant:
    def mutate(patch: pytest.MonkeyPatch) -> list[bool]:
        hits.clear()
        patch.setattr(module, name, value)
        return hits

    return mutate


def swapped(module: Any, name: str, old: str, new: str) -> Mutant:
    """The SQL that a function gives, with `old` replaced by `new`."""
    function = getattr(module, name)

    def changed(*args: Any, **kwargs: Any) -> str:
        text = function(*args, **kwargs)
        assert isinstance(text, str)
        hits.append(old in text)
        return text.replace(old, new)

    hits: list[bool] = []
    return replaced(module, name, changed, hits)


def in_asked(kind: str, old: str, new: str) -> Mutant:
    """The predicate of one kind of column rule, with `old` replaced by `new`."""
    original = column_rules.asked_of

    def changed(*args: Any) -> Any:
        for asked in original(*args):
            hit = asked.kind == kind and old in asked.broken
            hits.append(hit)
            yield replace(asked, broken=asked.broken.replace(old, new)) if hit else asked

    hits: list[bool] = []
    return replaced(rules, "asked_of", changed, hits)


def without(*repairs: str) -> Mutant:
    kept = tuple(one for one in normalise.TEXT_REPAIRS if one.name not in repairs)
    return another(normalise, "TEXT_REPAIRS", kept)


def another(module: Any, name: str, value: Any) -> Mutant:
    def mutate(patch: pytest.MonkeyPatch) -> list[bool]:
        changed = getattr(module, name) != value
        patch.setattr(module, name, value)
        return [changed]

    return mutate


def another_severity(patch: pytest.MonkeyPatch) -> list[bool]:
    held = rules.Rule.holds.fget
    assert held
    milder = property(lambda rule: held(rule) and rule.code != "whole.minimum")
    patch.setattr(rules.Rule, "holds", milder)
    return [any(rule.code == "whole.minimum" for rule in counted())]


MUTANTS: dict[str, Mutant] = {
    "minimum excludes its end": in_asked("minimum", " < ", " <= "),
    "maximum excludes its end": in_asked("maximum", " > ", " >= "),
    "an exclusive minimum includes its end": in_asked("exclusive_minimum", " <= ", " < "),
    "an exclusive maximum includes its end": in_asked("exclusive_maximum", " >= ", " > "),
    "a bound is off by one": in_asked("maximum", "2025-12-31", "2026-01-01"),
    "a multiple may leave a rest": in_asked("multiple_of", "<> 0", "> 3"),
    "a length is off by one": in_asked("max_length", " > ", " >= "),
    "a length counts bytes": in_asked("max_length", "length(", "strlen("),
    "a format does not spare empty cells": in_asked("format", "is not null and", "is null or"),
    "a type does not spare empty cells": in_asked("type", '"Whole" is not null and', "true and"),
    "required misses empty cells": in_asked("required", "is null", "= ''"),
    "required_if forgets its condition": in_asked("required_if", " and ", " or "),
    "a pattern matches a part": in_asked("pattern", "regexp_full_match", "regexp_matches"),
    "a date matches a part": swapped(cells, "typed", "regexp_full_match", "regexp_matches"),
    "NaN and powers are numbers": another(
        cell, "NUMBER_PATTERNS", {"integer": "[+-]?[0-9e]+", "number": "[-+.0-9a-zA-Z]+"}
    ),
    "lower() is dropped from code lists": swapped(cells, "_valued", "lower(texts.", "(texts."),
    "trim is dropped": without("trim"),
    "a repair is dropped": without("collapse_spaces"),
    "upper is dropped": without("upper"),
    "blank cells count as filled": swapped(
        cells, "empty_as_null", "case when (", "case when (true or "
    ),
    "agreed empty texts ask for their case": swapped(cells, "empty_as_null", "lower(", "("),
    "other date formats are forgotten": another(cells, "one_date_format", lambda _, text: text),
    "duplicates are counted as groups": swapped(
        scan, "sharing", "> 1 as _shares", "> 1 and row_number() over () % 2 = 0 as _shares"
    ),
    "empty cells are duplicates": swapped(
        sharing, "_candidates", 'where "Town" is not null and "Postcode" is not null', "where true"
    ),
    "repeats count as duplicates": swapped(scan, "sharing", " filter (where not _repeat)", ""),
    "keys with an empty part conflict": swapped(
        scan, "copies", 'where "Ref" is not null and "Part" is not null', "where true"
    ),
    "where a cell ends is no matter of content": swapped(scan, "copies", "chr(31), ", "'', "),
    "empty cells are left out of the content": swapped(scan, "copies", ", chr(30))", ", null)"),
    "mistyped cells are not spared": another(rules, "_typed_right", lambda *_: ""),
    "a metric counts empty cells as invalid": swapped(
        metrics, "_cell_counted", "is not null and", "is null or"
    ),
    "a metric's missing values are ignored": swapped(metrics, "_cell_counted", "('x')", "('y')"),
    "a severity is milder": another_severity,
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_compiler_that_is_wrong_in_one_place_disagrees(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, codes, theirs = edges()
    with monkeypatch.context() as patch:
        hits = MUTANTS[name](patch)
        assert ours(rows, codes) != theirs, name
    assert any(hits), "nothing was changed"
    assert ours(rows, codes) == theirs
