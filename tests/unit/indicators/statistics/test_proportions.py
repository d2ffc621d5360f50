"""Wilson's interval against published figures, SciPy and cases by hand."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from insight_pipeline.indicators.statistics.proportions import proportion
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.vectors import (
    LIMITS,
    Record,
    SharedPath,
    agreeing,
    figure,
    published,
)

LABELS = ["statistic", "method"]
ORDER = ("lower998", "lower95", "value", "upper95", "upper998")
COUNTS = st.lists(st.tuples(st.integers(1, 10**9), st.floats(0, 1)), min_size=1, max_size=60)
few = settings(max_examples=6, deadline=None, derandomize=True)


def one(x: float | None, n: float | None, **options: object) -> dict[str, object]:
    """The figure of one row."""
    data = pl.DataFrame({"numerator": [x], "denominator": [n]})
    return proportion(data, **options).row(0, named=True)  # type: ignore[arg-type]


@pytest.mark.shared
def test_figures_equal_the_published_ones(shared_path: SharedPath, record_property: Record) -> None:
    counted = 0
    for (multiplier,), rows in published(shared_path, "proportion").group_by("multiplier"):
        inputs = rows.select("Area", "Numerator", "Denominator")
        assert isinstance(multiplier, int)
        found = proportion(inputs, "Numerator", "Denominator", multiplier=multiplier)
        counted += agreeing(found, rows, LIMITS)
        assert found.select(LABELS).equals(rows.select(LABELS))
    figure(record_property, "proportion.csv", counted, "in Python")


@pytest.mark.shared
def test_figures_in_sql_equal_the_published_ones(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    rows = published(shared_path, "proportion").with_row_index()
    arguments = '"Numerator", "Denominator", multiplier'
    found = ask(
        f"""
        select
            proportion_value({arguments}) as value,
            proportion_lower({arguments}, 0.95) as lower95,
            proportion_upper({arguments}, 0.95) as upper95,
            proportion_lower({arguments}, 0.998) as lower998,
            proportion_upper({arguments}, 0.998) as upper998
        from t order by index
        """,
        t=rows,
    )
    figure(record_property, "proportion.csv", agreeing(found, rows, LIMITS), "in SQL")


@pytest.mark.shared
def test_rows_of_a_group_are_added_up_first(
    shared_path: SharedPath, record_property: Record
) -> None:
    expected = published(shared_path, "proportion_grouped").sort("Area")
    rows = published(shared_path, "proportion").select("Area", "Numerator", "Denominator")
    found = proportion(rows, "Numerator", "Denominator", by=["Area"], confidence=0.95)
    columns = {"value": "value", "lower95": "lowercl", "upper95": "uppercl"}
    counted = agreeing(found, expected, columns)
    labels = [*LABELS, "confidence", "Area"]
    assert found.select(labels).equals(expected.select(labels))
    figure(record_property, "proportion_grouped.csv", counted)


@few
@given(counts=COUNTS, level=st.sampled_from([0.9, 0.95, 0.99, 0.998]))
def test_limits_equal_scipys(counts: list[tuple[int, float]], level: float) -> None:
    shares = [(round(n * share), n) for n, share in counts]
    data = pl.DataFrame(shares, schema=["numerator", "denominator"], orient="row")
    found = proportion(data, confidence=level).select(pl.col("^(lower|upper).*$"))
    for (x, n), limits in zip(shares, found.rows(), strict=True):
        expected = binomtest(x, n).proportion_ci(confidence_level=level, method="wilson")
        assert limits == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-15)


@few
@given(counts=COUNTS, multiplier=st.sampled_from([1, 100, 0.5]))
def test_limits_are_ordered_widen_with_confidence_and_scale(
    counts: list[tuple[int, float]], multiplier: float
) -> None:
    data = pl.DataFrame({"denominator": [n for n, _ in counts]}).with_columns(
        numerator=pl.Series([round(n * share) for n, share in counts])
    )
    found = proportion(data, multiplier=multiplier).select(ORDER)
    plain = proportion(data).select(ORDER)
    for numbers, unscaled in zip(found.rows(), plain.rows(), strict=True):
        assert list(numbers) == sorted(numbers)
        assert numbers == pytest.approx([number * multiplier for number in unscaled])


@pytest.mark.parametrize(("x", "edge"), [(0, "lower"), (12, "upper")])
def test_none_of_n_and_all_of_n_end_at_the_edge(x: int, edge: str) -> None:
    found = one(x, 12)
    assert found[f"{edge}95"] == found[f"{edge}998"] == x / 12


def test_none_of_n_has_wilsons_upper_limit_by_hand() -> None:
    z = 1.959963984540054
    assert one(0, 10)["upper95"] == pytest.approx(z**2 / (10 + z**2), rel=1e-12)


def test_null_gives_null_and_the_row_stays() -> None:
    data = pl.DataFrame({"area": ["a", "b"], "numerator": [None, 1], "denominator": [5, None]})
    found = proportion(data)
    assert found["area"].to_list() == ["a", "b"]
    assert found.select(list(LIMITS)).null_count().row(0) == (2,) * 5


def test_a_null_in_a_group_gives_the_group_null() -> None:
    data = pl.DataFrame({"g": ["a", "a", "b"], "numerator": [None, 1, 1], "denominator": [5, 5, 5]})
    found = proportion(data, by=["g"])
    assert found["value"].to_list() == [None, 0.2]
    assert found["numerator"].to_list() == [None, 1]


def test_groups_come_in_the_order_of_their_keys_whatever_the_order_of_rows() -> None:
    data = pl.DataFrame(
        {"g": ["b", "a", None, "b"], "numerator": [1, 2, 3, 4], "denominator": [10, 10, 10, 10]}
    )
    found = proportion(data, by=["g"])
    assert found["g"].to_list() == ["a", "b", None]
    assert found.equals(proportion(data.reverse(), by=["g"]))


def test_a_level_may_be_a_percentage_and_names_its_columns() -> None:
    assert one(3, 10, confidence=[95, 99.8]) == one(3, 10)
    assert "lower975" in one(3, 10, confidence=0.975)
    assert "lower90" in one(3, 10, confidence=90)


def test_a_percentage_is_called_one() -> None:
    assert one(1, 2, multiplier=100)["statistic"] == "percentage"
    assert one(1, 2, multiplier=100_000)["statistic"] == "proportion of 100000"


@pytest.mark.parametrize(
    ("x", "n"), [(float("nan"), 1.0), (1.0, float("inf")), (float("inf"), float("inf"))]
)
def test_numbers_that_are_none_are_refused(x: float, n: float) -> None:
    with pytest.raises(InsightError, match="must be finite or NULL"):
        one(x, n)


@pytest.mark.parametrize(
    ("x", "n", "level"),
    [
        ("-1", "10", "0.95"),
        ("11", "10", "0.95"),
        ("0", "0", "0.95"),
        ("'nan'::double", "10", "0.95"),
        ("1", "'inf'::double", "0.95"),
        ("null", "10", "0.95"),
        ("0", "10", "0.5"),
        ("1", "10", "1"),
        ("1", "10", "100"),
        ("1", "10", "null"),
    ],
)
def test_impossible_input_has_no_limits_in_sql(ask: Ask, x: str, n: str, level: str) -> None:
    found = ask(
        f"select wilson_lower({x}, {n}, {level}) as l, wilson_upper({x}, {n}, {level}) as u"
    )
    assert found.row(0) == (None, None)
