"""Life expectancy against published figures and a life table by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import polars as pl
import pytest

from insight_pipeline.indicators.statistics.life_expectancy import AGES, life_expectancy
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics.vectors import (
    Record,
    SharedPath,
    agreeing,
    figure,
    published,
)

NUMBERS = ["value", "lower95", "upper95", "lower998", "upper998"]
TABLE = pl.DataFrame(
    {
        "startage": AGES,
        "population": [10_000] * 20,
        "deaths": [50, 10, 10, 10, 10] + [20 * i for i in range(15)],
    }
)


@pytest.mark.shared
def test_figures_equal_the_published_ones(shared_path: SharedPath, record_property: Record) -> None:
    rows = published(shared_path, "life_expectancy")
    found = life_expectancy(rows, population="pops", by=["case"])
    expected = rows.sort("case", "startage")
    assert found.select("case", "startage").equals(expected.select("case", "startage"))
    columns = {name: name for name in ("value", "lower95", "upper95")}
    counted = agreeing(found, expected, columns, absolute=5e-5, relative=0)
    told = expected["pops_used"].is_not_null()
    counted += agreeing(
        found.filter(told), expected.filter(told), dict.fromkeys(["pops_used"], "pops_used")
    )
    counted += agreeing(
        found.filter(told), expected.filter(told), dict.fromkeys(["deaths_used"], "deaths_used")
    )
    figure(record_property, "life_expectancy.csv", counted)


def by_hand(deaths: list[float], population: list[float]) -> tuple[list[float], list[float]]:
    """Chiang's table and Silcocks' standard errors, written out age by age from the last."""
    widths = [*(b - a for a, b in pairwise(AGES)), 0]
    expectancy, variance = [0.0] * 20, [0.0] * 20
    years, spread = 0.0, 0.0
    survivors = [1.0]
    died = []
    for i in range(19):
        rate, a, n = deaths[i] / population[i], 0.1 if i == 0 else 0.5, widths[i]
        died.append(n * rate / (1 + n * (1 - a) * rate))
        survivors.append(survivors[-1] * (1 - died[-1]))
    for i in reversed(range(20)):
        rate, a, n = deaths[i] / population[i], 0.1 if i == 0 else 0.5, widths[i]
        if i == 19:
            years = survivors[i] / rate
            spread = (survivors[i] / 2) ** 2 * 4 / deaths[i] / rate**2
        else:
            years += n * (survivors[i + 1] + a * (survivors[i] - survivors[i + 1]))
            of_band = died[i] ** 2 * (1 - died[i]) / deaths[i] if deaths[i] else 0
            reach = (1 - a) * n + expectancy[i + 1]
            spread += of_band * survivors[i] ** 2 * reach**2
        expectancy[i], variance[i] = years / survivors[i], spread / survivors[i] ** 2
    return expectancy, [math.sqrt(each) for each in variance]


def test_figures_equal_a_table_by_hand() -> None:
    found = life_expectancy(TABLE)
    deaths, population = (
        TABLE[name].cast(pl.Float64).to_list() for name in ("deaths", "population")
    )
    expectancy, error = by_hand(deaths, population)
    assert found["value"].to_list() == pytest.approx(expectancy, rel=1e-12)
    for name, z in (("upper95", 1.959963984540054), ("lower998", -3.090232306167813)):
        limits = [e + z * s for e, s in zip(expectancy, error, strict=True)]
        assert found[name].to_list() == pytest.approx(limits, rel=1e-12)


def test_the_order_of_the_rows_does_not_matter_and_a_text_may_begin_with_the_age() -> None:
    named = TABLE.with_columns(
        startage=pl.col("startage").cast(pl.String).replace({"90": "90+", "1": "1-4", "5": "5-9"})
    )
    found = life_expectancy(named.sample(fraction=1, shuffle=True, seed=4))
    assert found.select(NUMBERS).equals(life_expectancy(TABLE).select(NUMBERS))
    assert found["statistic"].to_list()[-1] == "life expectancy at 90+"


@pytest.mark.parametrize(
    ("column", "age", "number"),
    [
        ("deaths", 5, -1),
        ("deaths", 5, 10_001),
        ("deaths", 5, None),
        ("population", 5, 0),
        ("population", 5, -7),
        ("population", 5, None),
    ],
)
def test_a_group_that_cannot_be_is_suppressed_and_others_are_not(
    column: str, age: int, number: int | None
) -> None:
    changed = pl.when(pl.col("startage") == age).then(pl.lit(number)).otherwise(column)
    both = pl.concat(
        [
            TABLE.with_columns(g=pl.lit("good")),
            TABLE.with_columns(changed.alias(column), g=pl.lit("bad")),
        ],
        how="vertical_relaxed",
    )
    found = life_expectancy(both, by=["g"])
    assert found.filter(pl.col("g") == "bad").select(NUMBERS).null_count().row(0) == (20,) * 5
    good = found.filter(pl.col("g") == "good").drop("g")
    assert good.equals(life_expectancy(TABLE))


def test_a_missing_band_a_band_twice_and_few_people_suppress_the_group() -> None:
    without = TABLE.filter(pl.col("startage") != 40)
    twice = pl.concat([without, TABLE.filter(pl.col("startage") == 35)])
    few = TABLE.with_columns(population=pl.lit(250), deaths=pl.lit(3))
    enough = few.with_columns(
        population=pl.when(pl.col("startage") == 5).then(251).otherwise(pl.lit(250))
    )
    for suppressed in (without, twice, few):
        found = life_expectancy(suppressed)
        assert found["value"].is_null().all() and found["lower95"].is_null().all()
    assert life_expectancy(enough)["lower95"].is_not_null().all()


def test_nobody_dying_in_the_last_band_leaves_nothing_to_say() -> None:
    immortal = TABLE.with_columns(
        deaths=pl.when(pl.col("startage") == 90).then(0).otherwise("deaths")
    )
    assert life_expectancy(immortal).select(NUMBERS).null_count().row(0) == (20,) * 5


def test_a_start_age_that_is_none_is_refused() -> None:
    with pytest.raises(InsightError, match="start ages 0, 1, 5"):
        life_expectancy(TABLE.with_columns(startage=pl.col("startage").replace({40: 41})))
    with pytest.raises(InsightError, match="start ages 0, 1, 5"):
        life_expectancy(TABLE.with_columns(startage=pl.lit("old")))
