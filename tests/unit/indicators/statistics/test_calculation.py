"""Statistics run wherever the caller stands, in any number of threads, on any type of number."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.indicators.statistics.calculation import (
    level_name,
    level_words,
    number,
    plain,
)
from insight_pipeline.indicators.statistics.rates import rate
from tests.conftest import ROOT

PROGRAM = """
import polars as pl
from insight_pipeline.indicators.statistics.rates import rate
print(rate(pl.DataFrame({"numerator": [20], "denominator": [100]}), multiplier=100)["value"].item())
"""


def test_a_statistic_needs_no_settings_and_no_working_directory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "20.0\n"
    assert done.stderr == ""


def test_threads_may_ask_at_the_same_time() -> None:
    def value(x: int) -> float:
        return float(rate(pl.DataFrame({"numerator": [x], "denominator": [10]}))["value"].item())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(value, range(8))) == [x / 10 * 100_000 for x in range(8)]


@pytest.mark.parametrize("kind", [pl.Int8, pl.UInt64, pl.Float32, pl.Decimal(10, 2)])
def test_numbers_may_be_of_any_type(kind: pl.DataType) -> None:
    data = pl.DataFrame({"numerator": [Decimal(12)], "denominator": [Decimal(100)]}).cast(kind)
    plain_data = pl.DataFrame({"numerator": [12], "denominator": [100]})
    labels = pl.exclude("numerator", "denominator")
    assert rate(data).select(labels).equals(rate(plain_data).select(labels))


def test_other_columns_their_types_and_the_order_of_rows_stay() -> None:
    data = pl.DataFrame(
        {
            "area": pl.Series(["b", "a"], dtype=pl.Categorical),
            "numerator": [1, 2],
            "denominator": [3, 4],
            "value": ["old", "old"],
        }
    )
    found = rate(data)
    assert found.select("area", "numerator", "denominator").equals(data.drop("value"))
    assert found.schema["area"] == pl.Categorical
    assert found.schema["value"] == pl.Float64


def test_columns_may_have_any_name() -> None:
    data = pl.DataFrame({'a "b"': [1, 2], "select": [10, 20], "group_number": ["x", "x"]})
    found = rate(data, 'a "b"', "select", by=["group_number"], multiplier=1)
    assert found.row(0)[:4] == ("x", 3.0, 30.0, 0.1)


def test_names_and_words_of_levels_and_numbers() -> None:
    assert [level_name(level) for level in (0.9, 0.95, 0.998, 0.975)] == ["90", "95", "998", "975"]
    assert level_words((0.95, 0.998)) == "95%, 99.8%"
    assert number(0.1) == "0.1::double"
    assert [plain(value) for value in (100_000, 1e5, 0.5)] == ["100000", "100000", "0.5"]
