"""Comparison with a benchmark: published vectors in Python and in SQL, and hand-worked cases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.statistics.categories import category_bounds
from insight_pipeline.indicators.statistics.comparison import CompareMethod, compare
from insight_pipeline.kernel.errors import InsightError

POLARITY = {
    "high_is_good": "higher_is_better",
    "low_is_good": "lower_is_better",
    "no_judgement": "neutral",
}
MACRO = {
    "ci_vs_value": "compared_to_value(value, lower95, upper95, benchmark_value, polarity)",
    "ci_vs_value_two_levels": (
        "compared_at_two_levels("
        "value, lower998, lower95, upper95, upper998, benchmark_value, polarity)"
    ),
    "two_cis_overlap": (
        "compared_by_intervals(value, lower95, upper95,"
        " benchmark_value, benchmark_lower95, benchmark_upper95, polarity)"
    ),
    "spc_proportion_wilson_at_benchmark": (
        "compared_proportion(value, denominator, benchmark_value, multiplier, {level}, polarity)"
    ),
    "spc_rate_poisson": (
        "compared_rate(value, denominator, benchmark_value, multiplier, {level}, polarity)"
    ),
}
NUMBERS = (
    "value",
    "lower95",
    "upper95",
    "lower998",
    "upper998",
    "denominator",
    "multiplier",
    "benchmark_value",
    "benchmark_lower95",
    "benchmark_upper95",
)
WHOLE = {
    "value": 12.0,
    "lower95": 10.0,
    "upper95": 14.0,
    "lower998": 8.0,
    "upper998": 16.0,
    "denominator": 500.0,
    "multiplier": 100.0,
    "benchmark_value": 40.0,
    "benchmark_lower95": 38.0,
    "benchmark_upper95": 42.0,
}
once = settings(max_examples=60, deadline=None, derandomize=True)


def _figure(polarity: str = "higher_is_better", **numbers: float | None) -> pl.DataFrame:
    row = {**dict.fromkeys(NUMBERS), "multiplier": 100, **numbers}
    frame = pl.DataFrame([row], schema=dict.fromkeys(NUMBERS, pl.Float64))
    return frame.with_columns(polarity=pl.lit(polarity))


def _outcome(figure: pl.DataFrame, **options: Any) -> str:
    return str(compare(figure, **options)["compared_outcome"][0])


def _case_figure(case: Mapping[str, Any]) -> pl.DataFrame:
    numbers = {**case["data"], "multiplier": case.get("unit", 1)}
    numbers |= {f"benchmark_{name}": number for name, number in case["benchmark"].items()}
    return _figure(POLARITY[case["polarity"]], **numbers)


def _case_level(case: Mapping[str, Any]) -> float:
    """The level a case's z or tail probability stands for."""
    return 0.998 if case.get("z") == 3.0902 or case.get("p") == 0.001 else 0.95


@pytest.mark.shared
def test_every_comparison_agrees_with_the_published_vectors(
    connection: duckdb.DuckDBPyConnection,
    shared_path: Callable[[str], Path],
    record_property: Callable[[str, object], None],
) -> None:
    cases = json.loads(shared_path("vectors/benchmark/compare.json").read_text(encoding="utf-8"))
    kinds = sorted({(case["method"], _case_level(case)) for case in cases})
    for method, level in kinds:
        of_kind = [c for c in cases if (c["method"], _case_level(c)) == (method, level)]
        expected = [case["expected"] for case in of_kind]
        if method == "quantile_bounds":
            assert [_bounds(case) for case in of_kind] == expected
            continue
        figures = pl.concat(_case_figure(case) for case in of_kind)
        found = compare(figures, method=method, confidence=level)
        assert found["compared_outcome"].to_list() == expected, method
        connection.register("figures", figures.with_row_index("place").rechunk())
        query = f"select {MACRO[method].format(level=level)} from figures order by place"
        assert connection.execute(query).fetchall() == [(word,) for word in expected], method
    counts = Counter(case["method"] for case in cases)
    record_property(
        "figure",
        f"benchmark/compare.json: {len(cases)} of 126 cases agree (Python; SQL but for 2 quantile "
        f"bounds): {dict(counts)}",
    )
    assert len(cases) == 126


def _bounds(case: Mapping[str, Any]) -> list[float]:
    values = pl.DataFrame({"value": case["data"]["values"]})
    return category_bounds(values, case["data"]["k"])["value"].to_list()


@pytest.mark.parametrize(
    ("benchmark", "outcome"),
    [(9.99, "better"), (10.0, "similar"), (14.0, "similar"), (14.01, "worse")],
)
def test_a_benchmark_equal_to_a_limit_is_similar(benchmark: float, outcome: str) -> None:
    figure = _figure(value=12, lower95=10, upper95=14, benchmark_value=benchmark)
    assert _outcome(figure) == outcome


@pytest.mark.parametrize(
    ("benchmark", "words"),
    [
        (7.99, ("best", "worst", "highest")),
        (8.0, ("better", "worse", "higher")),
        (9.99, ("better", "worse", "higher")),
        (10.0, ("similar", "similar", "similar")),
        (14.01, ("worse", "better", "lower")),
        (16.0, ("worse", "better", "lower")),
        (16.01, ("worst", "best", "lowest")),
    ],
)
def test_two_levels_name_what_lies_beyond_both(
    benchmark: float, words: tuple[str, str, str]
) -> None:
    limits = {"lower998": 8, "lower95": 10, "upper95": 14, "upper998": 16}
    for polarity, word in zip(
        ("higher_is_better", "lower_is_better", "neutral"), words, strict=True
    ):
        figure = _figure(polarity, value=12, benchmark_value=benchmark, **limits)
        assert _outcome(figure, method="ci_vs_value_two_levels") == word


def test_intervals_that_touch_are_similar() -> None:
    for lower, outcome in ((14.0, "similar"), (14.01, "worse")):
        figure = _figure(
            value=12,
            lower95=10,
            upper95=14,
            benchmark_value=15,
            benchmark_lower95=lower,
            benchmark_upper95=16,
        )
        assert _outcome(figure, method="two_cis_overlap") == outcome


@pytest.mark.parametrize("method", list(CompareMethod))
def test_without_a_number_it_needs_a_figure_is_not_compared(method: CompareMethod) -> None:
    assert _outcome(_figure(**WHOLE), method=method) in ("worse", "worst")
    without = pl.concat(_figure(**{**WHOLE, name: None}) for name in NUMBERS)
    found = compare(without, method=method)["compared_outcome"].to_list()
    blanks = {name for name, word in zip(NUMBERS, found, strict=True) if word == "not_compared"}
    assert blanks == _needs(method)


def _needs(method: CompareMethod) -> set[str]:
    always = {"value", "benchmark_value"}
    limits = {"lower95", "upper95"}
    return (
        always
        | {
            CompareMethod.VALUE: limits,
            CompareMethod.TWO_LEVELS: {*limits, "lower998", "upper998"},
            CompareMethod.INTERVALS: {*limits, "benchmark_lower95", "benchmark_upper95"},
            CompareMethod.PROPORTION_LIMITS: {"denominator", "multiplier"},
            CompareMethod.RATE_LIMITS: {"denominator", "multiplier"},
        }[method]
    )


@pytest.mark.parametrize(
    "method", [CompareMethod.VALUE, CompareMethod.TWO_LEVELS, CompareMethod.INTERVALS]
)
def test_an_interval_of_no_width_tells_nothing(
    method: CompareMethod, connection: duckdb.DuckDBPyConnection
) -> None:
    point = {"value": 12, "lower95": 12, "upper95": 12}
    figures = [_figure(**{**WHOLE, **point, "benchmark_value": b}) for b in (11.0, 12.0, 40.0)]
    if method is CompareMethod.INTERVALS:
        wide = {"benchmark_lower95": 40.0, "benchmark_upper95": 40.0}
        figures.append(_figure(**{**WHOLE, **wide}))
    found = compare(pl.concat(figures), method=method)["compared_outcome"].to_list()
    assert set(found) == {"not_compared"}
    connection.register("figures", pl.concat(figures).rechunk())
    query = f"select distinct {MACRO[method]} from figures"
    assert connection.execute(query).fetchall() == [("not_compared",)]


def test_sql_compares_nothing_that_python_refuses(connection: duckdb.DuckDBPyConnection) -> None:
    calls = (
        "compared_to_value(12, 10, 'nan'::double, 5, 'neutral')",
        "compared_to_value(12, 10, 14, 'nan'::double, 'neutral')",
        "compared_to_value(12, 14, 10, 5, 'neutral')",
        "compared_to_value(12, 10, 14, 5, 'higher')",
        "compared_to_value(12, 10, 14, 5, null)",
        "compared_at_two_levels(12, 11, 10, 14, 16, 5, 'neutral')",
        "compared_by_intervals(12, 10, 14, 30, 40, 20, 'neutral')",
    )
    for call in calls:
        assert connection.execute(f"select {call}").fetchall() == [("not_compared",)], call


def test_a_figure_is_never_compared_with_itself() -> None:
    figures = pl.concat([_figure(value=12, lower95=10, upper95=14, benchmark_value=40)] * 3)
    named = figures.with_columns(figure_id=pl.Series(["A", "B", None]), benchmark_id=pl.lit("A"))
    found = compare(named)["compared_outcome"].to_list()
    assert found == ["not_compared", "worse", "worse"]


def test_a_proportion_is_held_against_wilsons_interval_of_the_benchmark() -> None:
    # benchmark 50 % of 100: Wilson 40.383 to 59.617; at 0 and 100 % the limit is the benchmark
    cases = [
        (40.38, 50, "worse"),
        (40.39, 50, "similar"),
        (59.61, 50, "similar"),
        (59.62, 50, "better"),
        (0, 0, "similar"),
        (100, 100, "similar"),
    ]
    _assert_outcomes(cases, "spc_proportion_wilson_at_benchmark")


def test_a_rate_is_held_against_whole_events() -> None:
    # 13.14 expected: lower limit that of 14 events, 7.6539, upper that of 13, 22.2304
    cases = [
        (7, 13.14, "worse"),
        (8, 13.14, "similar"),
        (22, 13.14, "similar"),
        (23, 13.14, "better"),
        (3.68, 0, "similar"),
        (3.69, 0, "better"),
    ]
    _assert_outcomes(cases, "spc_rate_poisson")


def _assert_outcomes(cases: list[tuple[float, float, str]], method: str) -> None:
    """Value, benchmark and outcome of figures on a denominator of 100, per 100."""
    figures = pl.concat(
        _figure(value=value, denominator=100, benchmark_value=benchmark)
        for value, benchmark, _ in cases
    )
    found = compare(figures, method=method)["compared_outcome"].to_list()
    assert found == [outcome for _, _, outcome in cases]


@once
@given(
    lower=st.integers(0, 50),
    first=st.integers(0, 50),
    second=st.integers(0, 50),
    benchmark=st.integers(0, 150),
)
def test_turning_the_scale_around_turns_the_judgement_around(
    lower: int, first: int, second: int, benchmark: int
) -> None:
    figure = _figure(
        value=lower + first,
        lower95=lower,
        upper95=lower + first + second,
        benchmark_value=benchmark,
    )
    turned = _figure(
        "lower_is_better",
        value=-lower - first,
        lower95=-lower - first - second,
        upper95=-lower,
        benchmark_value=-benchmark,
    )
    assert _outcome(figure) == _outcome(turned)


def test_polarity_may_be_in_the_words_of_the_published_vectors() -> None:
    for word, polarity in POLARITY.items():
        assert _outcome(_figure(word, **WHOLE)) == _outcome(_figure(polarity, **WHOLE))
        assert compare(_figure(word, **WHOLE))["polarity"][0] == word


def test_rows_and_order_are_kept() -> None:
    figures = pl.concat(
        [_figure(value=v, lower95=v - 1, upper95=v + 1, benchmark_value=10) for v in (5, 10, 15)]
    )
    found = compare(figures.with_columns(area=pl.Series(["c", "a", "b"])))
    assert found.select("area", "compared_outcome", "compare_method").rows() == [
        ("c", "worse", "ci_vs_value"),
        ("a", "similar", "ci_vs_value"),
        ("b", "better", "ci_vs_value"),
    ]
    assert compare(figures.clear()).height == 0


@pytest.mark.parametrize(
    ("options", "numbers", "words"),
    [
        ({"method": "ci_vs_valu"}, {}, "did you mean 'ci_vs_value'"),
        ({"confidence": 0.5}, {}, "confidence level"),
        ({}, {"lower95": 20}, "lower95 must not exceed upper95"),
        (
            {"method": "ci_vs_value_two_levels"},
            {"upper998": 13},
            "upper95 must not exceed upper998",
        ),
        ({"method": "two_cis_overlap"}, {"benchmark_lower95": 50}, "benchmark_lower95 must not"),
        ({"method": "spc_proportion_wilson_at_benchmark"}, {"value": 101}, "between 0 and"),
        ({"method": "spc_rate_poisson"}, {"benchmark_value": -1}, "rates must be"),
        ({"method": "spc_rate_poisson"}, {"multiplier": 0}, "multiplier must be greater"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    options: dict[str, Any], numbers: dict[str, float], words: str
) -> None:
    with pytest.raises(InsightError, match=words):
        compare(_figure(**{**WHOLE, **numbers}), **options)


def test_an_unknown_polarity_and_a_missing_column_are_refused() -> None:
    figure = _figure("higher", value=12, lower95=10, upper95=14, benchmark_value=40)
    with pytest.raises(InsightError, match="one of higher_is_better, lower_is_better, neutral"):
        compare(figure)
    with pytest.raises(InsightError, match="a column 'benchmark_value'"):
        compare(figure.drop("benchmark_value"))
