"""XmR limits, the rules of Making Data Count, variation and assurance: vectors, oracle, cases."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.statistics.spc import spc_verdict, xmr
from insight_pipeline.indicators.statistics.words import POLARITIES
from insight_pipeline.kernel.errors import InsightError
from tests.conftest import ROOT
from tests.unit.indicators.statistics import spc_oracle

POLARITY = {
    "increase": "higher_is_better",
    "decrease": "lower_is_better",
    "neutral": "neutral",
}
LIMITS = ("mean", "lpl", "upl", "nlpl", "nupl")
some = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Rule = Callable[[Mapping[str, Sequence[object]], str], list[object]]


def _points(
    values: Sequence[float | None], polarity: str = "higher_is_better", **columns: Any
) -> pl.DataFrame:
    frame = {"period": range(len(values)), "value": pl.Series(values, dtype=pl.Float64)}
    return pl.DataFrame(frame).with_columns(
        polarity=pl.lit(polarity), **{name: pl.Series(column) for name, column in columns.items()}
    )


def _causes(values: Sequence[float | None], **options: Any) -> list[str | None]:
    return xmr(_points(values), **options)["special_cause_type"].to_list()


def _verdict(values: Sequence[float], polarity: str, target: float | None = None) -> dict[str, Any]:
    targets = pl.Series([target] * len(values), dtype=pl.Float64)
    return spc_verdict(xmr(_points(values, polarity, target=targets))).row(0, named=True)


@pytest.fixture
def rule(connection: duckdb.DuckDBPyConnection) -> Rule:
    """One expression over columns given as lists, row by row, in one series."""

    def ask(columns: Mapping[str, Sequence[object]], expression: str) -> list[object]:
        rows = pl.DataFrame(
            {name: pl.Series(column, dtype=pl.Float64) for name, column in columns.items()}
        )
        connection.register("rows", rows.with_row_index("period"))
        query = f"select {expression} from rows order by period"
        return [row[0] for row in connection.execute(query).fetchall()]

    return ask


def _rule_case(rule: Rule, name: str, given: Any) -> object:
    """What our macros answer to one case of spc/rules.json."""
    series = "true, period"
    match name:
        case "seven_one_side":
            return rule({"x": given}, f"spc_seven_on_one_side(x, {series})")
        case "expand_seven":
            return rule({"x": given}, f"spc_part_of_seven(x, {series})")
        case "seven_trend":
            return rule({"x": given}, f"spc_seven_point_trend(x, {series})")
        case "two_in_three":
            return rule(given, f"spc_two_in_three(close, side, {series})")
        case "part_two_in_three":
            return rule(
                given, f"spc_part_of_two_in_three(spc_two_in_three(close, side, {series}), close)"
            )
        case "special_cause_label":
            return rule(given, f"spc_special_cause(y, side, outside, trend, two3, run, {series})")
        case "assurance":
            call = f"spc_assurance(lpl, upl, target, '{POLARITY[given['direction']]}')"
            columns = {key: [given[key]] for key in ("lpl", "upl", "target")}
            return rule(columns, call)[0]
        case "assurance_rebased":
            return _rebased_assurance(given)
        case "short_group":
            return _short_groups(given["sizes"], given["threshold"])
    raise AssertionError(f"no test for rule {name}")


def _rebased_assurance(given: Any) -> object:
    rows = given["rows"]
    judged = _points([sum(row) / 2 for row in rows], POLARITY[given["direction"]]).with_columns(
        rebase_group=pl.int_range(1, len(rows) + 1),
        mean=pl.col("value"),
        lpl=pl.Series([row[0] for row in rows]),
        upl=pl.Series([row[1] for row in rows]),
        target=pl.lit(given["target"]),
        point_type=pl.lit("common_cause"),
        has_trial_limits=pl.lit(True),
        has_degenerate_limits=pl.lit(False),
    )
    return spc_verdict(judged)["spc_assurance"][0]


def _short_groups(sizes: list[int], threshold: int) -> list[bool]:
    starts = [at == 0 for size in sizes for at in range(size)]
    judged = xmr(_points([0.0] * len(starts), is_rebase=starts), minimum_points=threshold)
    groups = judged.group_by("rebase_group", maintain_order=True)
    return groups.agg(pl.col("has_trial_limits").first())["has_trial_limits"].to_list()


@pytest.mark.shared
def test_every_rule_agrees_with_the_published_vectors(
    rule: Rule,
    shared_path: Callable[[str], Path],
    record_property: Callable[[str, object], None],
) -> None:
    cases = json.loads(shared_path("vectors/spc/rules.json").read_text(encoding="utf-8"))
    wrong = [
        case for case in cases if _rule_case(rule, case["rule"], case["input"]) != case["expected"]
    ]
    assert wrong == []
    counts = Counter(case["rule"] for case in cases)
    record_property("figure", f"spc/rules.json: {len(cases)} of 71 cases agree: {dict(counts)}")
    assert len(cases) == 71


@pytest.mark.shared
def test_every_limit_agrees_with_the_published_vectors(
    shared_path: Callable[[str], Path], record_property: Callable[[str, object], None]
) -> None:
    cases = json.loads(shared_path("vectors/spc/xmr_limits.json").read_text(encoding="utf-8"))
    worst, numbers = 0.0, 0
    for case in cases:
        judged = _judged_case(case)
        for name, expected in case.get("expected", {}).items():
            if expected is not None:
                error = abs(judged[name][0] - expected)
                assert error <= case["tol"], (case["id"], name)
                numbers += 1
                worst = max(worst, error if case["tol"] <= 1e-9 else 0.0)
        _check_points(case, judged)
    assert len(cases) == 21
    record_property(
        "figure",
        f"spc/xmr_limits.json: {len(cases)} of 21 cases agree, {numbers} limits, worst absolute "
        f"error {worst:.1e} where the fixture is exact; nhspy-x4-degenerate: limits agree, no "
        "point is judged",
    )


def _judged_case(case: Mapping[str, Any]) -> pl.DataFrame:
    fixed = case["fix_after_n_points"]
    polarity = POLARITY[case.get("improvement_direction", "increase")]
    return xmr(
        _points(case["values"], polarity),
        screen_outliers=case["screen_outliers"],
        fix_after_n_points=fixed,
        minimum_points=min(12, fixed or 12),
    )


def _check_points(case: Mapping[str, Any], judged: pl.DataFrame) -> None:
    if "point" in case:
        point = case["point"]
        assert judged["is_outside_limits"].cast(int).to_list() == point["outside"], case["id"]
        assert judged["relative_to_mean"].to_list() == point["rel"], case["id"]
        assert judged["is_close_to_limits"].cast(int).to_list() == point["close"], case["id"]
        special = judged.select((pl.col("point_type") != "common_cause").cast(int)).to_series()
        if (
            case["id"] == "nhspy-x4-degenerate"
        ):  # upstream flags all five; its note asks for a guard
            assert judged["has_degenerate_limits"].all() and special.null_count() == 5
        else:
            assert special.to_list() == point["special"], case["id"]
    if "counts" in case:
        verdict = spc_verdict(judged).rename({"points": "n"}).row(0, named=True)
        assert {name: verdict[name] for name in case["counts"]} == case["counts"], case["id"]
    if "expected_last_point_types" in case:
        assert judged["point_type"].to_list()[-2:] == case["expected_last_point_types"]


values = st.lists(
    st.one_of(st.none(), st.integers(0, 12).map(float), st.integers(0, 400).map(lambda n: n / 7)),
    max_size=30,
)


@some
@given(series=st.lists(values, min_size=1, max_size=4), screen=st.booleans())
def test_limits_and_causes_are_those_of_the_slow_oracle(
    series: list[list[float | None]], screen: bool
) -> None:
    rows = pl.concat(
        _points(one).with_columns(area=pl.lit(f"area {number}"))
        for number, one in enumerate(series)
    )
    judged = xmr(rows.sample(fraction=1, shuffle=True, seed=7), by=["area"], screen_outliers=screen)
    expected = [cause for one in series for cause in spc_oracle.labels(one, screen)]
    assert judged["special_cause_type"].to_list() == expected
    for number, one in enumerate(series):
        found = spc_oracle.limits(one, screen)
        rows_of_one = judged.filter(area=f"area {number}")
        if found and rows_of_one.height:
            mean, reach = found
            ours = rows_of_one.select("mean", "lpl", "upl").row(0)
            assert ours == pytest.approx((mean, mean - reach, mean + reach), abs=1e-9)


@some
@given(one=values, other=values)
def test_another_series_and_the_order_of_rows_change_nothing(
    one: list[float | None], other: list[float | None]
) -> None:
    alone = xmr(_points(one).with_columns(area=pl.lit("b")), by=["area"])
    both = pl.concat(
        [_points(one).with_columns(area=pl.lit("b")), _points(other).with_columns(area=pl.lit("a"))]
    )
    together = xmr(both.reverse(), by=["area"]).filter(area="b")
    assert together.equals(alone)


def test_limits_are_the_mean_and_2_66_average_moving_ranges() -> None:
    judged = xmr(_points([10, 12, 11, 13]))
    ours = judged.select(LIMITS).row(0)
    # mean 11.5; moving ranges 2, 1, 2 with average 5/3; 2.66 * 5/3 = 4.43333
    assert ours == pytest.approx((11.5, 7.06667, 15.93333, 8.54444, 14.45556), abs=1e-5)


def test_a_moving_range_of_3_267_averages_is_screened_out_unless_told_otherwise() -> None:
    # ranges 1 x 9, 20 x 2: average 49/11 = 4.4545, times 3.267 = 14.55: both 20s go
    spike = [0.0, 1, 0, 1, 0, 20, 0, 1, 0, 1, 0, 1]
    assert xmr(_points(spike))["upl"][0] == pytest.approx(25 / 12 + 2.66)
    unscreened = xmr(_points(spike), screen_outliers=False)["upl"][0]
    assert unscreened == pytest.approx(25 / 12 + 2.66 * 49 / 11)


@pytest.mark.parametrize(("step", "average"), [(4.22, 14.22 / 11), (4.23, 1)])
def test_a_moving_range_is_screened_out_from_3_267_averages_on(step: float, average: float) -> None:
    # ten ranges of 1 and one of `step`, which is 3.2644 averages at 4.22 and 3.2699 at 4.23
    values = [0.0, 1, 0, 1, 0, 1, *[1 + step, step] * 3]
    judged = xmr(_points(values))
    assert judged["upl"][0] - judged["mean"][0] == pytest.approx(2.66 * average)


def test_a_point_on_the_limit_is_within_it() -> None:
    # mean 0, one moving range a pair of 1 and -1: average range 2, limits 5.32
    values = [1.0, -1.0] * 10
    judged = xmr(_points(values))
    assert judged["upl"][0] == pytest.approx(5.32)
    edge = judged.with_columns(pl.lit(5.32).alias("value"))
    assert not (edge["value"] > edge["upl"] + 1e-12).any()
    assert set(judged["point_type"]) == {"common_cause"}


def test_a_point_on_the_mean_breaks_a_shift_also_when_the_mean_is_rounded() -> None:
    low, high = [1.05, 1.25] * 3 + [1.05], [1.55, 1.35] * 3 + [1.55]
    assert _causes([*low, *high]) == ["7 Points Below CL"] * 7 + ["7 Points Above CL"] * 7
    low[3] = high[3] = 1.3
    assert sum([*low, *high]) / 14 != 1.3  # so a plain mean would have put the point beside it
    assert _causes([*low, *high]) == ["Common Cause"] * 14


def test_a_missing_month_breaks_runs_and_moving_ranges_and_is_not_judged() -> None:
    before = [1.0, 7, 1, 7]
    assert _causes([*before, 1, 2, 3, 4, 5, 6, 7])[4:] == ["7 Point Trend (Increasing)"] * 7
    causes = _causes([*before, 1, 2, 3, None, 4, 5, 6, 7])
    assert causes[7] is None and set(causes) == {None, "Common Cause"}
    # 1, 9 and 100 never meet: the only range is 8
    assert xmr(_points([1, 9, None, 100]))["upl"][0] == pytest.approx(110 / 3 + 2.66 * 8)


def test_new_limits_begin_where_the_series_is_rebased() -> None:
    values = [1.0, 2, 1, 2, 11, 12, 11, 12]
    judged = xmr(_points(values, is_rebase=[False] * 4 + [True] + [False] * 3))
    assert judged["rebase_group"].to_list() == [1] * 4 + [2] * 4
    assert judged["mean"].to_list() == [1.5] * 4 + [11.5] * 4
    first = xmr(_points(values, is_rebase=[True] + [False] * 7))
    assert first["rebase_group"].to_list() == [1] * 8


def test_only_the_latest_limits_decide_on_the_target() -> None:
    values = [1.0, 2, 1, 2, 11, 12, 11, 12]
    rows = _points(values, is_rebase=[False] * 4 + [True] + [False] * 3, target=[8.0] * 8)
    verdict = spc_verdict(xmr(rows)).row(0, named=True)
    assert (verdict["spc_assurance"], verdict["points"]) == ("consistent_pass", 4)
    assert spc_verdict(xmr(rows.drop("is_rebase")))["spc_assurance"][0] == "inconsistent"


def test_limits_of_fewer_than_twelve_points_are_marked_as_trial_limits() -> None:
    assert xmr(_points([1.0, 2] * 5 + [1.0]))["has_trial_limits"].all()
    assert not xmr(_points([1.0, 2] * 6))["has_trial_limits"].any()
    assert xmr(_points([1.0, 2] * 5 + [1.0, None]))["has_trial_limits"].all()


def test_fixed_limits_rest_on_the_first_points_alone() -> None:
    values = [1.0, 2] * 6 + [50.0] * 3
    judged = xmr(_points(values), fix_after_n_points=12)
    assert judged["mean"].to_list() == [1.5] * 15
    assert judged["special_cause_type"].to_list()[-3:] == ["Above UCL"] * 3


@pytest.mark.parametrize(
    ("polarity", "high", "low"),
    [
        ("higher_is_better", "special_cause_improvement", "special_cause_concern"),
        ("lower_is_better", "special_cause_concern", "special_cause_improvement"),
        ("neutral", "special_cause_neutral_high", "special_cause_neutral_low"),
    ],
)
def test_polarity_says_what_a_special_cause_means(polarity: str, high: str, low: str) -> None:
    steady = [1.0, 2] * 8
    assert _verdict([*steady, 30.0], polarity)["spc_variation"] == high
    assert _verdict([*steady, -30.0], polarity)["spc_variation"] == low
    assert _verdict(steady, polarity)["spc_variation"] == "common_cause"


@pytest.mark.parametrize(
    ("target", "higher", "lower"),
    [
        (4.17, "consistent_fail", "consistent_pass"),
        (4.16, "inconsistent", "inconsistent"),
        (-1.16, "inconsistent", "inconsistent"),
        (-1.17, "consistent_pass", "consistent_fail"),
    ],
)
def test_a_target_is_judged_against_the_limits(target: float, higher: str, lower: str) -> None:
    steady = [1.0, 2] * 8  # limits 1.5 ± 2.66, so -1.16 and 4.16
    assert _verdict(steady, "higher_is_better", target)["spc_assurance"] == higher
    assert _verdict(steady, "lower_is_better", target)["spc_assurance"] == lower
    assert _verdict(steady, "neutral", target)["spc_assurance"] is None
    assert _verdict(steady, "higher_is_better")["spc_assurance"] is None


def test_a_target_equal_to_a_limit_is_within_it_also_when_the_limit_is_rounded() -> None:
    swing = [1.7, 2.8] * 6  # limits 2.25 ± 2.66 * 1.1, so -0.676 and 5.176
    judged = xmr(_points(swing))
    assert judged["lpl"][0] > -0.676  # by the last digit of a double
    for target in (-0.676, 5.176):
        assert _verdict(swing, "higher_is_better", target)["spc_assurance"] == "inconsistent"


ALIASES = {
    "higher_is_better": ["increase", "Increase", "High is good", "high_is_good", "HighIsGood"],
    "lower_is_better": ["decrease", "Decrease", "Low is good", "low_is_good", "LowIsGood"],
    "neutral": ["Neutral", "No judgement", "no_judgement", "NoJudgement"],
}
FINGERTIPS = {
    "higher_is_better": "RAG - High is good",
    "lower_is_better": "RAG - Low is good",
    "neutral": "BOB - Blue orange blue",
}


@pytest.mark.parametrize("polarity", ALIASES)
def test_words_of_other_packages_mean_the_same_and_come_back_as_they_were(polarity: str) -> None:
    values = [1.0, 2] * 8 + [30.0]
    for word in (*ALIASES[polarity], FINGERTIPS[polarity]):
        assert _verdict(values, word, 40) == _verdict(values, polarity, 40), word
        assert set(xmr(_points(values, word))["polarity"]) == {word}


def test_python_and_sql_know_the_same_words(connection: duckdb.DuckDBPyConnection) -> None:
    for word, polarity in POLARITIES.items():
        for spelling in (word, word.upper()):
            found = connection.execute("select known_polarity(?)", [spelling]).fetchall()
            assert found == [(polarity,)], spelling
    query = "select known_polarity(null), known_polarity('good'), known_polarity('')"
    assert connection.execute(query).fetchall() == [(None, None, None)]
    text = (ROOT / "dbt_like_sql/functions/known_polarity.sql").read_text(encoding="utf-8")
    in_sql = re.findall(r"'([^']*)'", text.split("as (")[1])
    assert set(in_sql) == set(POLARITIES)


@pytest.mark.shared
def test_the_vectors_words_are_known(shared_path: Callable[[str], Path]) -> None:
    found = set()
    for name in ("benchmark/compare", "trend/fingertips_trend", "spc/rules", "spc/xmr_limits"):
        text = shared_path(f"vectors/{name}.json").read_text(encoding="utf-8")
        key = r'"(?:polarity|direction|improvement_direction)": "([^"]*)"'
        found |= set(re.findall(key, text))
    assert len(found) == 9 and {word.lower() for word in found} <= set(POLARITIES)


def test_an_unknown_polarity_is_no_judgement_in_sql(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for word in ("'good'", "null"):
        query = (
            f"select spc_point_type('Above UCL', {word}), spc_assurance(1, 3, 4, {word}),"
            f" trend_judged('Increasing', {word}), compared_outcome(1, {word}),"
            " spc_assurance(1, 3, 'nan'::double, 'increase')"
        )
        assert connection.execute(query).fetchall() == [(None, None, None, "not_compared", None)]


def test_a_constant_series_is_common_cause_and_promises_nothing() -> None:
    verdict = _verdict([0.1] * 14, "higher_is_better", 5)
    assert verdict["has_degenerate_limits"] is True
    assert verdict["spc_variation"] == "common_cause"
    assert verdict["spc_assurance"] is None


def test_limits_collapsed_by_screening_judge_no_point() -> None:
    verdict = _verdict([1.0] * 12 + [2.0], "higher_is_better", 5)
    assert verdict["has_degenerate_limits"] is True
    assert verdict["spc_variation"] is None and verdict["spc_assurance"] is None


def test_too_few_points_have_no_limits() -> None:
    for values in ([], [3.0], [None, 3.0, None], [1.0, None, 2.0]):
        judged = xmr(_points(values))
        assert judged["upl"].null_count() == judged["point_type"].null_count() == len(values)


def test_periods_may_be_dates_and_groups_several_columns() -> None:
    rows = _points([1.0, 2] * 6).with_columns(
        period=pl.date_range(date(2024, 1, 1), date(2024, 12, 1), "1mo", eager=True),
        area=pl.lit("A"),
        sex=pl.Series([None] * 12, dtype=pl.String),
    )
    judged = xmr(rows, by=["area", "sex"])
    verdict = spc_verdict(judged, by=["area", "sex"]).row(0, named=True)
    assert (verdict["area"], verdict["sex"], verdict["period"]) == ("A", None, date(2024, 12, 1))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": ["x"] * 3}, "must be numeric"),
        ({"value": [1.0, float("nan"), 2.0]}, "finite"),
        ({"polarity": ["higher_is_beter"] * 3}, "did you mean 'higher_is_better'"),
        ({"polarity": ["High is god"] * 3}, "did you mean 'high is good'"),
        ({"polarity": ["Not applicable"] * 3}, "found        'Not applicable'"),
        ({"polarity": [None, None, None]}, "NULL"),
        ({"period": [1, 2, 2]}, "1 points too many"),
        ({"period": [1, 2, None]}, "1 without a period"),
    ],
)
def test_points_that_cannot_be_judged_are_refused(change: dict[str, Any], words: str) -> None:
    rows = _points([1.0, 2, 3]).with_columns(
        **{name: pl.Series(column) for name, column in change.items()}
    )
    with pytest.raises(InsightError, match=words):
        xmr(rows)


def test_a_missing_column_and_fixing_too_early_are_refused() -> None:
    rows = _points([1.0, 2, 3])
    with pytest.raises(InsightError, match="a column 'polarity'"):
        xmr(rows.drop("polarity"))
    with pytest.raises(InsightError, match="fix_after_n_points"):
        xmr(rows, fix_after_n_points=11)
    with pytest.raises(InsightError, match="2 or more"):
        xmr(rows, minimum_points=1)
    with pytest.raises(InsightError, match="a column 'lpl'"):
        spc_verdict(rows)
