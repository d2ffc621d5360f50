"""The recent trend: published vectors, a slow oracle, and cases worked out by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.statistics.trend import recent_trend
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics import trend_oracle

POLARITY = {
    "High is good": "higher_is_better",
    "Low is good": "lower_is_better",
    "No judgement": "neutral",
    None: "neutral",
}
# Value types of the vectors; the others are none that a trend is calculated for.
STATISTIC = {
    None: "proportion",
    "Proportion": "proportion",
    "Crude rate": "rate",
    "Directly standardised rate": "dsr",
    "Indirectly standardised proportion": "isr",
}
# Upstream's NoChange comes of NaN there; its note asks for this instead.
NOTED = {"ftn-gp-registered-65plus-93468": "CannotBeCalculated"}
some = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _points(values: Sequence[float | None], width: float = 2, **columns: Any) -> pl.DataFrame:
    """Years from 2020 on, intervals of one width, counts out of 1,000."""
    value = pl.Series(values, dtype=pl.Float64)
    frame = pl.DataFrame({"period": range(2020, 2020 + len(values)), "value": value})
    return frame.with_columns(
        lower95=pl.col("value") - width / 2,
        upper95=pl.col("value") + width / 2,
        count=pl.col("value") * 10,
        denominator=pl.lit(1000.0),
        statistic=pl.lit("proportion"),
        polarity=pl.lit("neutral"),
    ).with_columns(**{name: pl.Series(column) for name, column in columns.items()})


def _one(points: pl.DataFrame, **options: Any) -> dict[str, Any]:
    return recent_trend(points, **options).row(0, named=True)


def _judged(case: dict[str, Any]) -> dict[str, Any]:
    points = pl.DataFrame(case["points"]).rename({"year": "period"})
    points = points.with_columns(
        statistic=pl.lit(STATISTIC[case.get("value_type")]),
        polarity=pl.lit(POLARITY[case.get("polarity")]),
    )
    return _one(points, method=case["method"], years_per_period=case["year_range"])


@pytest.mark.shared
def test_every_trend_agrees_with_the_published_vectors(
    connection: duckdb.DuckDBPyConnection,
    shared_path: Callable[[str], Path],
    record_property: Callable[[str, object], None],
) -> None:
    path = shared_path("vectors/trend/fingertips_trend.json")
    vectors = json.loads(path.read_text(encoding="utf-8"))
    for case in vectors["cases"]:
        found, expected = _judged(case), case["expected"]
        trend = NOTED.get(case["id"], expected.get("trend", expected.get("marker")))
        assert trend in (None, found["recent_trend"]), case["id"]
        assert found["is_significant"] == expected.get("significant", found["is_significant"])
        if "chi2_2dp" in expected:
            assert round(found["chi_squared"], 2) == expected["chi2_2dp"], case["id"]
    for case in vectors["polarity"]:
        call = "select trend_judged(?, ?)"
        judged = connection.execute(call, [case["trend"], POLARITY[case["polarity"]]]).fetchall()
        assert judged == [(case["expected"],)]
    assert (len(vectors["cases"]), len(vectors["polarity"])) == (12, 7)
    record_property(
        "figure",
        "trend/fingertips_trend.json: 12 + 7 of 19 cases agree, one of them "
        "(gp-registered-65plus) with what its note asks for",
    )


@some
@given(
    series=st.lists(
        st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), min_size=5, max_size=5),
        min_size=1,
        max_size=5,
    )
)
def test_trends_are_those_of_the_slow_oracle(series: list[list[tuple[int, int]]]) -> None:
    rows = pl.concat(
        _points([value for value, _ in one]).with_columns(
            lower95=pl.col("value") - pl.Series([width / 3 for _, width in one]),
            upper95=pl.col("value") + pl.Series([width / 3 for _, width in one]),
            area=pl.lit(number),
        )
        for number, one in enumerate(series)
    )
    found = recent_trend(rows.sample(fraction=1, shuffle=True, seed=3), by=["area"])
    expected = [
        trend_oracle.trend([(v, v - width / 3, v + width / 3) for v, width in one])
        for one in series
    ]
    assert found["area"].to_list() == list(range(len(series)))
    assert found["recent_trend"].to_list() == expected


@some
@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=10),
    gaps=st.sampled_from(["stop", "skip"]),
)
def test_the_points_used_are_the_latest_five_the_rule_allows(
    values: list[int | None], gaps: str
) -> None:
    unbroken = list(takewhile(lambda value: value is not None, reversed(values)))
    usable = unbroken if gaps == "stop" else [v for v in reversed(values) if v is not None]
    latest = usable[:5][::-1]
    found = _one(_points(values), gaps=gaps)
    assert found["points_used"] == len(latest)
    if len(latest) == 5:
        assert found["recent_trend"] == trend_oracle.trend([(v, v - 1, v + 1) for v in latest])


def test_chi_squared_of_a_straight_line_is_what_the_formula_gives() -> None:
    # slope 1, se = 2 / 3.92, var(slope) = se² / 10: chi-squared = 10 * 1.96² = 38.416
    found = _one(_points([10, 11, 12, 13, 14]))
    assert found["chi_squared"] == pytest.approx(38.416)
    assert (found["period"], found["points_used"]) == (2024, 5)
    assert found["recent_trend"] == "Increasing"


def test_counts_are_tested_by_chi_squared_for_trend() -> None:
    # counts 100, 120, …, 180 of 1,000 each: N 5000, C 700, slope .02 a year, Σ(x - 3)² n = 10,000:
    # chi-squared = .02² * 10,000 / (.14 * .86)
    found = _one(_points([10, 12, 14, 16, 18]), method="proportion")
    assert found["chi_squared"] == pytest.approx(4 / (0.14 * 0.86))
    assert found["recent_trend"] == "Increasing"
    assert _one(_points([18, 16, 14, 12, 10]), method="proportion")["recent_trend"] == "Decreasing"


@pytest.mark.parametrize("last", [20, 0])
def test_a_trend_that_rests_on_one_point_is_no_change(last: float) -> None:
    found = _one(_points([10, 10, 10, 10, last]))
    assert found["chi_squared"] > 9.55  # and yet, without the last point, the slope is 0
    assert (found["is_significant"], found["recent_trend"]) == (False, "NoChange")


@pytest.mark.parametrize("width", [4.0254, 4.0255])
def test_a_trend_is_significant_beyond_the_998_quantile_only(width: float) -> None:
    # chi-squared = 10 * (3.92 / width)² crosses 9.5495 at width = 3.92 * √(10 / 9.5495) = 4.01141
    found = _one(_points([10, 11, 12, 13, 14], width=width))
    edge = 3.92 * math.sqrt(10 / 9.54953570608324)
    assert edge == pytest.approx(4.01141, abs=1e-4)
    for narrow, word in ((edge - 1e-6, "Increasing"), (edge + 1e-6, "NoChange")):
        assert _one(_points([10, 11, 12, 13, 14], width=narrow))["recent_trend"] == word
    assert found["recent_trend"] == "NoChange"


@pytest.mark.parametrize(
    ("polarity", "up", "down"),
    [
        ("neutral", "Increasing", "Decreasing"),
        ("higher_is_better", "IncreasingAndGettingBetter", "DecreasingAndGettingWorse"),
        ("lower_is_better", "IncreasingAndGettingWorse", "DecreasingAndGettingBetter"),
    ],
)
def test_polarity_ends_the_word(polarity: str, up: str, down: str) -> None:
    rising = [10.0, 11, 12, 13, 14]
    for values, word in ((rising, up), (rising[::-1], down), ([10.0] * 5, "NoChange")):
        assert _one(_points(values, polarity=[polarity] * 5))["recent_trend"] == word


def test_words_of_other_packages_end_it_alike() -> None:
    rising = [10.0, 11, 12, 13, 14]
    words = ["increase", "Increase", "High is good", "RAG - High is good", "higher_is_better"]
    assert _one(_points(rising, polarity=words))["recent_trend"] == "IncreasingAndGettingBetter"
    worse = _one(_points(rising, polarity=["Low is good"] * 5))["recent_trend"]
    assert worse == "IncreasingAndGettingWorse"
    with pytest.raises(InsightError, match="1 series with two"):
        recent_trend(_points(rising, polarity=["increase"] * 4 + ["decrease"]))


@pytest.mark.parametrize(
    ("change", "options", "reason"),
    [
        ({"statistic": [None] * 5}, "", "statistic_not_supported"),
        ({"statistic": ["rate"] * 4 + ["dsr"]}, "", "statistic_not_supported"),
        ({"lower95": [99.0] * 5}, "", "fewer_than_five_points"),
        ({"value": [10.0, 11, math.nan, 13, 14]}, "", "fewer_than_five_points"),
        ({"upper95": [11.0, 12, math.inf, 14, 15]}, "", "fewer_than_five_points"),
        ({"count": [-10.0, 110, 120, 130, 140]}, ", method := 'proportion'", None),
        ({"count": [1001.0, 110, 120, 130, 140]}, ", method := 'proportion'", None),
        ({"period": [2020, 2021, 2022, 2023, 2023]}, ", gaps := 'skip'", None),
        ({"period": [2020, 2021, 2022, 2023, None]}, ", gaps := 'skip'", None),
    ],
)
def test_sql_calculates_no_trend_of_what_python_refuses(
    connection: duckdb.DuckDBPyConnection,
    change: dict[str, Any],
    options: str,
    reason: str | None,
) -> None:
    points = _points([10, 11, 12, 13, 14], **change).with_columns(series_id=pl.lit(1))
    connection.register("points", points)
    query = f"select recent_trend, reason from trend_recent('points'{options})"
    found = connection.execute(query).fetchall()
    assert found == [("CannotBeCalculated", reason or "fewer_than_five_points")]


def test_two_polarities_in_a_series_give_no_ending_in_sql(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    mixed = _points([10, 11, 12, 13, 14], polarity=["increase"] * 4 + ["decrease"])
    connection.register("points", mixed.with_columns(series_id=pl.lit(1)))
    query = "select is_significant, recent_trend from trend_recent('points')"
    assert connection.execute(query).fetchall() == [(True, None)]


def test_only_the_latest_five_points_count() -> None:
    values = [90.0, 80, 70, 10, 11, 12, 13, 14]
    assert _one(_points(values))["recent_trend"] == "Increasing"


def test_a_withheld_year_stops_the_series_unless_gaps_are_skipped() -> None:
    rising: list[float | None] = [8, 9, 10, 11, 12, 13, 14]
    for at, used in ((6, 0), (4, 2), (2, 4)):
        gap = [*rising[:at], None, *rising[at + 1 :]]
        found = _one(_points(gap))
        assert (found["points_used"], found["reason"]) == (used, "fewer_than_five_points")
        assert _one(_points(gap), gaps="skip")["recent_trend"] == "Increasing"
    old = [None, *rising[1:]]
    assert _one(_points(old))["recent_trend"] == "Increasing"


def test_a_year_without_a_row_is_a_gap_as_well() -> None:
    points = _points([8, 9, 10, 11, 12, 13]).filter(pl.col("period") != 2022)
    assert _one(points)["reason"] == "fewer_than_five_points"
    assert _one(points, gaps="skip")["recent_trend"] == "Increasing"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lower95": [9.0, 10, None, 12, 13]}, "fewer_than_five_points"),
        ({"count": [100.0, 110, None, 130, 140]}, "fewer_than_five_points"),
        ({"denominator": [1000.0, 1000, 0, 1000, 1000]}, "fewer_than_five_points"),
        ({"count": [100.0, 110, 1000, 130, 140]}, "count_equals_denominator"),
        ({"lower95": [10.0, 11, 12, 13, 14], "upper95": [10.0, 11, 12, 13, 14]}, "no_width"),
        ({"statistic": ["isr"] * 5}, "statistic_not_supported"),
        ({"statistic": ["mean"] * 5}, "statistic_not_supported"),
        ({"statistic": ["count"] * 5}, "statistic_not_supported"),
    ],
)
def test_what_cannot_be_calculated_says_why(change: dict[str, Any], reason: str) -> None:
    found = _one(_points([10, 11, 12, 13, 14], **change))
    assert (found["recent_trend"], found["reason"]) == ("CannotBeCalculated", reason)
    assert (found["chi_squared"], found["is_significant"]) == (0, False)


def test_a_count_of_0_has_no_logit_but_an_interval() -> None:
    points = _points([0, 4, 8, 12, 16])
    assert _one(points, method="proportion")["reason"] == "count_is_zero"
    assert _one(points)["recent_trend"] == "Increasing"


def test_overlapping_periods_have_no_trend() -> None:
    found = _one(_points([10, 11, 12, 13, 14]), years_per_period=3)
    assert (found["recent_trend"], found["reason"]) == ("CannotBeCalculated", "overlapping_periods")


def test_every_series_has_its_row_and_keeps_its_names() -> None:
    points = pl.concat(
        [
            _points([10, 11, 12, 13, 14]).with_columns(area=pl.lit("B"), sex=pl.lit(None)),
            _points([None, None]).with_columns(area=pl.lit("A"), sex=pl.lit(None)),
        ]
    )
    found = recent_trend(points.reverse(), by=["area", "sex"])
    assert found.select("area", "sex", "recent_trend").rows() == [
        ("A", None, "CannotBeCalculated"),
        ("B", None, "Increasing"),
    ]
    assert recent_trend(points.clear(), by=["area"]).height == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"polarity": ["higher"] * 5}, "did you mean 'higher_is_better'"),
        ({"statistic": ["Proportion"] * 5}, "did you mean 'proportion'"),
        ({"statistic": ["rate", "rate", "rate", "rate", "dsr"]}, "1 series with two"),
        ({"period": [2020, 2021, 2022, 2023, 2023]}, "1 points too many"),
        ({"period": [2020.0, 2021, 2022, 2023, 2024]}, "a whole number"),
        ({"lower95": [99.0] * 5}, "lower95 must not exceed upper95"),
        ({"value": [1.0, 2, 3, 4, math.inf]}, "finite"),
    ],
)
def test_points_that_cannot_be_judged_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InsightError, match=words):
        recent_trend(_points([10, 11, 12, 13, 14], **change))


def test_unknown_options_and_missing_columns_are_refused() -> None:
    points = _points([10, 11, 12, 13, 14])
    with pytest.raises(InsightError, match="did you mean 'proportion'"):
        recent_trend(points, method="proportions")
    with pytest.raises(InsightError, match="did you mean 'skip'"):
        recent_trend(points, gaps="skipp")
    with pytest.raises(InsightError, match="a column 'lower95'"):
        recent_trend(points.drop("lower95"))
    with pytest.raises(InsightError, match="counts must lie between"):
        recent_trend(_points([10, 11, 12, 13, 140]), method="proportion")
    without = points.drop("lower95", "upper95")
    assert recent_trend(without, method="proportion").height == 1
