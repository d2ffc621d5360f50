"""Quantile bands against published bands and the rule written out."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.statistics.quantiles import quantile
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.vectors import (
    Record,
    SharedPath,
    agreeing,
    figure,
    published,
)

few = settings(max_examples=15, deadline=None, derandomize=True)


def by_the_rule(values: list[float | None], bands: int, invert: bool) -> list[int | None]:
    """Bands as the published rule says, one value at a time."""
    known = [value for value in values if value is not None]
    if len(known) < bands:
        return [None] * len(values)
    return [None if value is None else _band(value, known, bands, invert) for value in values]


def _band(value: float, known: list[float], bands: int, invert: bool) -> int:
    before = sum(other > value if invert else other < value for other in known)
    place = math.ceil((len(known) + 1 - (before + 1)) / (len(known) / bands))
    return max(math.floor(bands + 1 - place), 1)


@pytest.mark.shared
def test_bands_equal_the_published_ones(shared_path: SharedPath, record_property: Record) -> None:
    counted = 0
    rows = published(shared_path, "quantile")
    for (bands, _), part in rows.group_by("nquantiles", "GroupSet"):
        assert isinstance(bands, int)
        found = quantile(part, by=["group"], nquantiles=bands, invert="invert")
        counted += agreeing(found, part, {"quantile": "expected_quantile"})
    figure(record_property, "quantile.csv", counted, f"in {rows.height} rows, in Python")


@pytest.mark.shared
def test_bands_in_sql_equal_the_published_ones(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    rows = published(shared_path, "quantile").with_row_index()
    query = """
        select quantile_band(
            value, nquantiles, invert, ("GroupSet", "group", nquantiles)
        ) as quantile
        from t order by index
    """
    counted = agreeing(ask(query, t=rows), rows, {"quantile": "expected_quantile"})
    figure(record_property, "quantile.csv", counted, f"in {rows.height} rows, in SQL")


@few
@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=1, max_size=60),
    bands=st.integers(2, 12),
    invert=st.booleans(),
)
def test_bands_follow_the_rule_with_ties_and_gaps(
    values: list[float | None], bands: int, invert: bool
) -> None:
    data = pl.DataFrame({"value": values}, schema={"value": pl.Int64})
    found = quantile(data, nquantiles=bands, invert=invert)
    assert found["quantile"].to_list() == by_the_rule(values, bands, invert)


def test_the_highest_values_have_the_first_band_when_inverted() -> None:
    data = pl.DataFrame({"value": [1, 2, 3, 4]})
    assert quantile(data, nquantiles=2)["quantile"].to_list() == [2, 2, 1, 1]
    assert quantile(data, nquantiles=2, invert=False)["quantile"].to_list() == [1, 1, 2, 2]


def test_equal_values_share_the_band_of_the_first() -> None:
    data = pl.DataFrame({"value": [5, 5, 5, 5]})
    assert quantile(data, nquantiles=4)["quantile"].to_list() == [1] * 4


def test_fewer_values_than_bands_have_none_and_null_does_not_count() -> None:
    data = pl.DataFrame({"g": ["a"] * 3 + ["b"] * 2, "value": [1, 2, None, 1, 2]})
    assert quantile(data, nquantiles=3)["quantile"].to_list() == [2, 1, None, 2, 1]
    assert quantile(data, by=["g"], nquantiles=3)["quantile"].to_list() == [None] * 5


def test_the_rule_rounds_as_the_published_one_does(ask: Ask) -> None:
    # 17 / (34 / 14) is 7 exactly, and a little more in doubles: band 7, not 8.
    assert ask("select quantile_of_rank(18, 34, 14) as q").item() == 7


def test_what_cannot_be_banded_is_refused() -> None:
    data = pl.DataFrame({"value": [1.0, 2.0], "invert": [True, False], "gap": [True, None]})
    with pytest.raises(InsightError, match="nquantiles of 2 or more"):
        quantile(data, nquantiles=1)
    for column in ("invert", "gap"):
        with pytest.raises(InsightError, match="same logical value"):
            quantile(data, invert=column, nquantiles=2)
    with pytest.raises(InsightError, match="a column 'inverted'"):
        quantile(data, invert="inverted", nquantiles=2)
    with pytest.raises(InsightError, match="finite or NULL"):
        quantile(pl.DataFrame({"value": [1.0, float("nan")]}), nquantiles=2)


@pytest.mark.parametrize("value", ["null", "'nan'::double", "'inf'::double"])
def test_a_value_that_is_none_has_no_band_in_sql(ask: Ask, value: str) -> None:
    query = f"""
        select quantile_band(v, 2, false, 0) as q
        from (values (1e0, 1), (2e0, 2), ({value}, 3)) as t(v, i) order by i
    """
    assert ask(query)["q"].to_list() == [1, 2, None]
