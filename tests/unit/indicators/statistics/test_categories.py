"""The bounds of equal groups of values."""

from __future__ import annotations

import polars as pl
import pytest

from insight_pipeline.indicators.statistics.categories import category_bounds
from insight_pipeline.kernel.errors import InsightError


def test_bounds_are_linear_percentiles_per_group_without_nulls() -> None:
    values = pl.DataFrame(
        {"area_type": ["ward"] * 6 + ["borough"], "value": [4.0, None, 1, 3, 2, 5, 9]}
    )
    found = category_bounds(values, 4, by=["area_type"])
    assert found.rows() == [("ward", bound, float(1 + bound)) for bound in range(5)]


def test_fewer_than_four_values_have_no_bounds() -> None:
    assert category_bounds(pl.DataFrame({"value": [1.0, 2, 3]}), 2).height == 0
    assert category_bounds(pl.DataFrame({"value": [1.0, 2, 3, 4]}), 2)["value"].to_list() == [
        1,
        2.5,
        4,
    ]


def test_a_single_category_and_a_missing_column_are_refused() -> None:
    with pytest.raises(InsightError, match="2 or more"):
        category_bounds(pl.DataFrame({"value": [1.0]}), 1)
    with pytest.raises(InsightError, match="a column 'area_type'"):
        category_bounds(pl.DataFrame({"value": [1.0]}), 4, by=["area_type"])
