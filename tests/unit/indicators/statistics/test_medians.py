"""Medians and the distribution-free interval against SciPy's binomial and simulated coverage."""

from __future__ import annotations

from statistics import median as middle

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from insight_pipeline.indicators.statistics.medians import median
from tests.unit.indicators.statistics.conftest import Ask

few = settings(max_examples=5, deadline=None, derandomize=True)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99, 0.998])
def test_the_rank_is_the_largest_the_error_allows(ask: Ask, level: float) -> None:
    sizes = [*range(1, 200), 1000, 1001, 10**5, 10**6]
    query = f"select median_rank(k, {level}) as r from t order by k"
    found = ask(query, t=pl.DataFrame({"k": sizes}))["r"].to_list()
    for size, rank in zip(sizes, found, strict=True):
        if rank is None:
            assert binom.cdf(0, size, 0.5) > (1 - level) / 2
        else:
            assert binom.cdf(rank - 1, size, 0.5) <= (1 - level) / 2 < binom.cdf(rank, size, 0.5)


@few
@given(values=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60))
def test_the_median_is_the_middle_and_its_limits_are_values(values: list[float]) -> None:
    found = median(pl.DataFrame({"value": values})).row(0, named=True)
    assert found["value"] == pytest.approx(middle(values))
    for name in ("lower95", "upper95", "lower998", "upper998"):
        assert found[name] is None or found[name] in values
    if len(values) >= 10:
        order = ("lower998", "lower95", "value", "upper95", "upper998")
        numbers = [found[name] for name in order]
        assert numbers == sorted(numbers)


def test_the_interval_by_hand() -> None:
    # Ten values: fewer than two heads in ten tosses have 11/1024 = 1.07 %, fewer than three 5.5 %.
    found = median(pl.DataFrame({"value": list(range(1, 11))})).row(0, named=True)
    assert (found["value"], found["lower95"], found["upper95"]) == (5.5, 2, 9)
    assert (found["lower998"], found["upper998"]) == (1, 10)


@pytest.mark.parametrize(
    ("size", "level", "has"), [(5, 95, 0), (6, 95, 1), (9, 99.8, 0), (10, 99.8, 1)]
)
def test_an_interval_needs_so_many_values(size: int, level: float, has: bool) -> None:
    found = median(pl.DataFrame({"value": list(range(size))}), confidence=level)
    assert found.select(pl.col("^lower.*$").is_not_null()).item() == has


def test_the_interval_holds_the_median_as_often_as_it_says() -> None:
    draws = np.random.default_rng(11).exponential(size=(4000, 25))
    data = pl.DataFrame({"sample": np.repeat(np.arange(4000), 25), "value": draws.ravel()})
    found = median(data, by=["sample"], confidence=0.95)
    inside = found.select(pl.lit(np.log(2)).is_between("lower95", "upper95").mean()).item()
    # By the binomial distribution it is 0.9567; the simulated share has a standard error of 0.003.
    assert inside == pytest.approx(1 - 2 * binom.cdf(7, 25, 0.5), abs=0.012)


def test_a_null_among_the_values_leaves_no_figures() -> None:
    found = median(pl.DataFrame({"value": [1, 2, None]})).row(0, named=True)
    assert (found["value"], found["lower95"], found["value_count"]) == (None, None, 3)


def test_groups_have_medians_of_their_own() -> None:
    data = pl.DataFrame({"g": ["b", "a", "a"], "value": [9, 1, 2]})
    found = median(data, by=["g"])
    assert found.select("g", "value").rows() == [("a", 1.5), ("b", 9)]
    assert found.select("statistic", "method").row(0) == ("median", "Order statistics")
