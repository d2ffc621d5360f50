"""ODCS checks: what we take becomes a rule or a metric, what nobody would run is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.contracts.promise.contract import Limit, Metric
from insight_pipeline.kernel.outcome import Severity
from tests.unit.contracts.documents import document, faults, load

OPERATORS = {
    "mustBe": 5,
    "mustNotBe": 5,
    "mustBeGreaterThan": 5,
    "mustBeGreaterOrEqualTo": 5,
    "mustBeLessThan": 5,
    "mustBeLessOrEqualTo": 5,
    "mustBeBetween": [2, 5],
    "mustNotBeBetween": [2, 5],
}


def of_column(**check: Any) -> dict[str, Any]:
    """The document with one check of the column Name."""
    made = document()
    made["schema"][0]["properties"][2]["quality"] = [check]
    return made


def of_table(**check: Any) -> dict[str, Any]:
    made = document()
    made["schema"][0]["quality"] = [check]
    return made


def metric(folder: Path, made: dict[str, Any]) -> Metric:
    (found,) = load(folder, made).metrics
    return found


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("unit", [None, "rows", "percent"])
def test_every_operator_is_a_limit_in_rows_or_percent(
    tmp_path: Path, operator: str, unit: str | None
) -> None:
    check = {"metric": "nullValues", operator: OPERATORS[operator], "severity": "warn"}
    found = metric(tmp_path, of_column(**check, **({"unit": unit} if unit else {})))
    values = (Decimal(2), Decimal(5)) if "Between" in operator else (Decimal(5),)
    assert found.limit == Limit(operator, values, percent=unit == "percent")
    assert (found.metric, found.columns, found.code) == (
        "nullValues",
        ("Name",),
        "name.null_values",
    )


def test_a_limit_is_the_decimal_that_is_written(tmp_path: Path) -> None:
    check = {"metric": "nullValues", "mustBeLessThan": 0.1, "unit": "percent", "severity": "warn"}
    assert metric(tmp_path, of_column(**check)).limit.values == (Decimal("0.1"),)


@pytest.mark.parametrize(
    ("made", "columns", "values", "pattern"),
    [
        (of_column(metric="nullValues", mustBe=0), ("Name",), (), None),
        (
            of_column(metric="missingValues", mustBe=0, arguments={"missingValues": [None, "", 9]}),
            ("Name",),
            (None, "", "9"),
            None,
        ),
        (
            of_column(metric="invalidValues", mustBe=0, arguments={"validValues": ["a", 1.5]}),
            ("Name",),
            ("a", "1.5"),
            None,
        ),
        (
            of_column(metric="invalidValues", mustBe=0, arguments={"pattern": "[A-Z]+"}),
            ("Name",),
            (),
            "[A-Z]+",
        ),
        (of_column(metric="duplicateValues", mustBe=0), ("Name",), (), None),
        (
            of_table(
                metric="duplicateValues", mustBe=0, arguments={"properties": ["Start", "Name"]}
            ),
            ("Start", "Name"),
            (),
            None,
        ),
        (of_table(metric="rowCount", mustBeGreaterThan=0, severity="delivery"), (), (), None),
    ],
    ids=["null", "missing", "valid", "pattern", "duplicate", "duplicate rows", "rows"],
)
def test_each_metric_is_read_with_its_columns_and_arguments(
    tmp_path: Path, made: Any, columns: Any, values: Any, pattern: str | None
) -> None:
    found = metric(tmp_path, made)
    assert (found.columns, found.values, found.pattern) == (columns, values, pattern)


def test_a_metric_without_words_gets_a_sentence_and_a_hint(tmp_path: Path) -> None:
    check = {"metric": "nullValues", "mustBeBetween": [0, 2.5], "unit": "percent"}
    found = metric(tmp_path, of_column(**check, severity="warn"))
    assert found.sentence == "The share of empty cells in Name is between 0 % and 2.5 %."
    assert found.fix_hint


def test_a_metric_keeps_its_own_name_and_words(tmp_path: Path) -> None:
    hint = [{"property": "fixHint", "value": "Ask."}]
    made = of_table(
        metric="rowCount", mustBe=9, name="nine", description="Nine.", customProperties=hint
    )
    found = metric(tmp_path, made)
    assert (found.code, found.sentence, found.fix_hint) == ("nine", "Nine.", "Ask.")


@pytest.mark.parametrize(
    ("word", "of_rows", "of_all"),
    [
        (None, "record", "delivery"),
        ("error", "record", "delivery"),
        ("warning", "warn", "warn"),
        ("info", "warn", "warn"),
        ("warn", "warn", "warn"),
        ("delivery", "delivery", "delivery"),
    ],
)
def test_a_severity_is_ours_or_means_one_of_ours(
    tmp_path: Path, word: str | None, of_rows: str, of_all: str
) -> None:
    said = {"severity": word} if word else {}
    none = of_column(metric="nullValues", mustBe=0, **said)
    assert metric(tmp_path / "a", none).severity == of_rows
    some = of_column(metric="nullValues", mustBeLessThan=9, **said)
    assert metric(tmp_path / "b", some).severity == of_all


def test_only_a_limit_of_none_can_hold_single_rows(tmp_path: Path) -> None:
    none = of_column(metric="nullValues", mustBeLessOrEqualTo=0, severity="record")
    assert metric(tmp_path / "a", none).severity is Severity.RECORD
    some = of_column(metric="nullValues", mustBeLessThan=9, severity="record")
    assert "only a limit of 0" in faults(tmp_path / "b", some)
    rows = of_table(metric="rowCount", mustBe=0, severity="record")
    assert "only a limit of 0" in faults(tmp_path / "c", rows)


@pytest.mark.parametrize(
    "made",
    [
        of_column(metric="rowCount", mustBe=1),
        of_table(metric="nullValues", mustBe=0),
        of_column(metric="missingValues", mustBe=0),
        of_column(metric="invalidValues", mustBe=0, arguments={"validValues": "a"}),
        of_column(metric="invalidValues", mustBe=0, arguments={"validValues": [True]}),
        of_column(metric="invalidValues", mustBe=0, arguments={"pattern": r"\d"}),
        of_column(metric="invalidValues", mustBe=0, arguments={"pattern": "["}),
        of_column(metric="duplicateValues", mustBe=0, arguments={"properties": ["Name"]}),
        of_table(metric="duplicateValues", mustBe=0),
        of_table(metric="rowCount", mustBe=1, unit="percent"),
        of_column(metric="nullValues", mustBe=0, unit="cells"),
        of_column(metric="nullValues", mustBe="none"),
        of_column(metric="nullValues", mustBe=True),
        of_column(metric="nullValues", mustBeLessThan=-1),
        of_column(metric="nullValues", mustBeLessThan=101, unit="percent"),
        of_column(metric="nullValues", mustBeBetween=[5, 2]),
        of_column(metric="nullValues", mustBe=0, mustNotBe=1),
        of_column(metric="nullValues", mustBe=0, severity="fatal"),
        of_column(type="text", description="It should be right."),
        of_column(type="custom", engine="soda", implementation="x"),
        of_column(
            metric="nullValues", mustBe=0, customProperties=[{"property": "hint", "value": ""}]
        ),
    ],
    ids=lambda made: str(next(iter(made["schema"][0]["properties"][2].get("quality", ["table"])))),
)
def test_a_check_that_nobody_could_run_is_refused(tmp_path: Path, made: Any) -> None:
    assert "quality" in faults(tmp_path, made) or "customProperties" in faults(tmp_path, made)


def test_a_misspelt_argument_or_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    made = of_column(metric="invalidValues", mustBe=0, arguments={"validValeus": ["a"]})
    assert "did you mean 'validValues'?" in faults(tmp_path / "a", made)
    made = of_table(metric="duplicateValues", mustBe=0, arguments={"properties": ["Nam"]})
    assert "did you mean 'Name'?" in faults(tmp_path / "b", made)


def test_a_predicate_may_stand_with_its_column(tmp_path: Path) -> None:
    check = {
        "name": "name_is_no_reference",
        "type": "sql",
        "query": '"Name" <> "Ref"',
        "mustBe": True,
        "description": "The name is no reference.",
    }
    with_column, with_table = load(tmp_path, of_column(**check)).row_rules
    assert (with_column.code, with_column.severity) == ("name_is_no_reference", Severity.RECORD)
    assert with_table.code == "ref_is_not_name"
    again = of_column(**{**check, "name": "ref_is_not_name"})
    assert "every rule named once" in faults(tmp_path / "b", again)
