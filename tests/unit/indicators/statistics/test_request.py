"""What every statistic refuses, by the published contract, and that it never repeats a value."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from insight_pipeline.indicators.statistics.funnels import funnel_significance
from insight_pipeline.indicators.statistics.proportions import proportion
from insight_pipeline.indicators.statistics.rates import rate
from insight_pipeline.indicators.statistics.request import requested
from insight_pipeline.indicators.statistics.standardised import dsr, dsr_nonindependent
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics.vectors import Record, SharedPath, figure

BANDS: dict[str, list[Any]] = {
    "ageband": ["0-4", "5-9"],
    "freq": [1, 1],
    "count": [20, 30],
    "pop": [100, 200],
    "stdpop": [5000, 5500],
}
FUNNEL = {"numerator": [0, 5], "denominator": [10, None], "rate": [0.0, 20.0]}
# Each case that the contract describes in words, and the inputs those words stand for.
DESCRIBED: dict[str, list[tuple[Callable[..., object], dict[str, list[Any]], dict[str, str]]]] = {
    "count of one band = negative": [(dsr, {**BANDS, "count": [20, -1]}, {})],
    "pop of one band = 0 or negative or missing": [
        (dsr, {**BANDS, "pop": [100, pop]}, {}) for pop in (0, -1, None)
    ],
    "stdpop of one band negative/missing": [
        (dsr, {**BANDS, "stdpop": [5000, stdpop]}, {}) for stdpop in (-1, None)
    ],
    "same area+ageband with two different pops": [
        (dsr_nonindependent, {**BANDS, "ageband": ["0-4", "0-4"]}, {"x": "count"})
    ],
    "numerator 0 and no denominator given": [(funnel_significance, FUNNEL, {"statistic": "rate"})],
    "any numerator/denominator NULL": [(funnel_significance, FUNNEL, {"statistic": "proportion"})],
}


def inputs(
    case: dict[str, Any],
) -> list[tuple[Callable[..., object], pl.DataFrame, dict[str, Any]]]:
    """The calls that one case of the contract stands for."""
    if "set" in case["opts"]:
        calls = DESCRIBED[case["opts"]["set"]]
        return [(function, pl.DataFrame(rows), options) for function, rows, options in calls]
    function = {"proportion": proportion, "rate": rate}[case["fn"]]
    data = pl.DataFrame(case["rows"], schema=["numerator", "denominator"], orient="row")
    return [(function, data, case["opts"])]


@pytest.mark.shared
def test_every_refusal_of_the_published_contract_is_made(
    shared_path: SharedPath, record_property: Record
) -> None:
    path = shared_path("vectors/phe/error_contract.json")
    cases = json.loads(path.read_text(encoding="utf-8"))
    for case in cases:
        words = case["msg"].replace(", if specified,", "").replace(" (n)", "").split(" | ")
        for function, data, options in inputs(case):
            with pytest.raises(InsightError) as refusal:
                function(data, **options)
            assert any(word in str(refusal.value).replace(" (n)", "") for word in words), case
    assert len(cases) == 19
    figure(record_property, "error_contract.json", len(cases), of="refusals")


def test_a_refusal_has_five_parts_counts_rows_and_repeats_no_value() -> None:
    data = pl.DataFrame({"numerator": [1, -98765, -98765], "denominator": [5, 5, 5]})
    with pytest.raises(InsightError) as refusal:
        rate(data)
    (fault,) = refusal.value.faults
    assert fault.where == "rate"
    assert fault.found == "2 of 3 rows that break this, the first in row 2"
    assert fault.consequence == "no figure is calculated"
    assert all((fault.expected, fault.next_step))
    assert "98765" not in str(refusal.value)


def test_all_faults_of_the_rows_are_told_at_once() -> None:
    with pytest.raises(InsightError) as refusal:
        rate(pl.DataFrame({"numerator": [-1, 1], "denominator": [5, 0]}))
    assert len(refusal.value.faults) == 2


def test_a_column_that_is_missing_or_holds_no_numbers_is_named() -> None:
    with pytest.raises(InsightError, match="did you mean 'denominator'"):
        rate(pl.DataFrame({"numerator": [1], "denominator": [2]}), n="denominatr")
    with pytest.raises(InsightError, match="a column 'area'"):
        rate(pl.DataFrame({"numerator": [1], "denominator": [2]}), by=["area"])
    with pytest.raises(InsightError, match="field numerator must be numeric"):
        rate(pl.DataFrame({"numerator": ["1"], "denominator": [2]}))


@pytest.mark.parametrize(
    "level", [0.5, 0.8999, 1, 1.5, 50, 89.9, 100, 130, 9998, float("nan"), -0.95]
)
def test_a_level_that_is_none_is_refused(level: float) -> None:
    data = pl.DataFrame({"numerator": [1], "denominator": [2]})
    for given in (level, (0.95, level)):
        with pytest.raises(InsightError, match=r"between 90 and 100 or between 0\.9 and 1"):
            proportion(data, confidence=given)


def test_levels_are_shares_of_one_and_stand_once() -> None:
    request = requested("x", pl.DataFrame({"a": [1]}), {"a": "a"}, (), (95, 0.95, 99.8, 0.9, 97.5))
    assert request.levels == (0.95, 0.998, 0.9, 0.975)


@pytest.mark.parametrize("multiplier", [0, -1, float("nan"), float("inf")])
def test_a_multiplier_that_scales_nothing_is_refused(multiplier: float) -> None:
    data = pl.DataFrame({"numerator": [1], "denominator": [2]})
    for function in (proportion, rate):
        with pytest.raises(InsightError, match="multiplier must be greater than 0"):
            function(data, multiplier=multiplier)
