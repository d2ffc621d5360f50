"""Slope and relative index of inequality against published figures and the exact distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from insight_pipeline.indicators.statistics.calculation import level_name
from insight_pipeline.indicators.statistics.inequality import sii
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.vectors import Record, SharedPath, figure, published

POINT, MONTE_CARLO = 1e-12, 5e-2
DECILES = pl.DataFrame(
    {
        "quantile": list(range(1, 11)),
        "population": [7291, 7997, 6105, 7666, 5790, 6934, 5950, 5500, 6000, 7000],
        "value": [75.9, 78.3, 83.8, 83.6, 80.5, 81.2, 83.3, 84.0, 86.3, 88.1],
        "se": [1.6, 1.6, 1.5, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2],
    }
)


def asked_as_published(case: dict[str, Any], rows: pl.DataFrame) -> dict[str, Any]:
    """The figures of one published case."""
    columns = (
        {"se": "se"} if case["use"] == "se" else {"lower_cl": "lower_cl", "upper_cl": "upper_cl"}
    )
    source = {"x": "count"} if rows["value"].is_null().all() else {"value": "value"}
    levels = [level for level in (case["conf1"], case["conf2"]) if level]
    found = sii(
        rows,
        value_type=case["value_type"],
        transform=case["transform"],
        multiplier=case["multiplier"],
        confidence=levels,
        **columns,
        **source,
    )
    return found.row(0, named=True)


@pytest.mark.shared
def test_figures_equal_the_published_ones(shared_path: SharedPath, record_property: Record) -> None:
    inputs = published(shared_path, "sii_inputs")
    points, worst = 0, 0.0
    errors: list[float] = []
    for case in published(shared_path, "sii_expected").iter_rows(named=True):
        found = asked_as_published(case, inputs.filter(pl.col("case") == case["case"]))
        for name in ("sii", "rii", "intercept"):
            if case[name] is not None:
                assert math.isclose(found[name], case[name], rel_tol=POINT), (case["case"], name)
                points += 1
        for index in ("sii", "rii"):
            for number in (1, 2):
                for side in ("lower", "upper"):
                    expected = case[f"{index}_{side}{number}"]
                    if expected is not None:
                        level = level_name(case[f"conf{number}"])
                        errors.append(abs(found[f"{index}_{side}{level}"] / expected - 1))
    worst = max(errors)
    assert worst < MONTE_CARLO
    words = f"and {len(errors)} simulated limits differ by {worst:.1%} at most"
    figure(record_property, "sii_expected.csv", points, words)


@pytest.mark.shared
def test_the_line_in_sql_is_the_published_one(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    cases = published(shared_path, "sii_expected").filter(pl.col("value_type") == 0)
    rows = published(shared_path, "sii_inputs").filter(
        pl.col("case").is_in(cases["case"].implode())
    )
    query = """
        with placed as (
            select *, sii_midpoint(population, quantile, "case") as midpoint from t
        )

        select "case", sii_slope(value, population, midpoint) as sii,
        sii_intercept(value, population, midpoint) as intercept
        from placed group by "case" order by "case"
    """
    found = ask(query, t=rows)
    expected = cases.sort("case")
    assert found["case"].equals(expected["case"])
    assert found["sii"].to_list() == pytest.approx(expected["sii"].to_list(), rel=POINT)
    at_1 = (found["intercept"] + found["sii"]) / found["intercept"]
    assert at_1.to_list() == pytest.approx(expected["rii"].to_list(), rel=POINT)
    figure(record_property, "sii_expected.csv", 2 * found.height, "in SQL")


@pytest.mark.parametrize("level", [0.95, 0.99, 0.998])
def test_simulated_limits_are_those_of_the_exact_distribution(level: float) -> None:
    # Without a transformation the slope is a sum of normal numbers.
    found = sii(DECILES, value="value", se="se", confidence=level).row(0, named=True)
    share = DECILES["population"] / DECILES["population"].sum()
    centred = (share.cum_sum() - share / 2 - 0.5).to_numpy()
    weights = share.to_numpy() * centred
    weights /= weights @ centred
    error = math.sqrt(float((weights**2) @ (DECILES["se"].to_numpy() ** 2)))
    assert found["sii"] == pytest.approx(weights @ DECILES["value"].to_numpy(), rel=1e-12)
    margin = norm.ppf(0.5 + level / 2) * error
    for side, sign in (("lower", -1), ("upper", 1)):
        limit = found[f"sii_{side}{level_name(level)}"]
        assert limit == pytest.approx(found["sii"] + sign * margin, abs=0.03 * error)


def test_a_line_through_equal_values_has_no_slope() -> None:
    flat = DECILES.with_columns(value=pl.lit(5.0))
    found = sii(flat, value="value", se="se").row(0, named=True)
    assert found["sii"] == pytest.approx(0, abs=1e-12)
    assert found["rii"] == pytest.approx(1, rel=1e-12)
    assert found["sii_lower998"] < found["sii_lower95"] < 0 < found["sii_upper95"]


def test_a_line_through_values_on_a_line_is_that_line_whatever_the_populations() -> None:
    share = DECILES["population"] / DECILES["population"].sum()
    on_a_line = DECILES.with_columns(value=3 + 2 * (share.cum_sum() - share / 2))
    found = sii(on_a_line, value="value", se="se").row(0, named=True)
    assert (found["sii"], found["intercept"]) == pytest.approx((2, 3), rel=1e-12)
    assert found["rii"] == pytest.approx(5 / 3, rel=1e-12)


def test_quantiles_of_equal_populations_stand_at_even_distances(ask: Ask) -> None:
    rows = pl.DataFrame({"q": [3, 1, 5, 2, 4], "p": [7, 7, 7, 7, 7]})
    found = ask("select sii_midpoint(p, q, 1) as b from t order by q", t=rows)
    assert found["b"].to_list() == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ("population", {4: 0}),
        ("population", {4: -5}),
        ("population", {4: None}),
        ("value", {4: None}),
        ("q", {4: 3}),
    ],
)
def test_impossible_quantiles_have_no_line_in_sql(
    ask: Ask, change: str, rows: dict[int, int | None]
) -> None:
    sound = {"q": [1, 2, 3, 4, 5], "population": [7, 8, 9, 10, 11], "value": [1, 2, 3, 4, 5]}
    sound[change] = [rows.get(place + 1, old) for place, old in enumerate(sound[change])]  # type: ignore[misc]
    query = """
        with placed as (select *, sii_midpoint(population, q, 1) as b from t)

        select sii_slope(value, population, b) as slope, sii_intercept(value, population, b) as i
        from placed
    """
    assert ask(query, t=pl.DataFrame(sound)).row(0) == (None, None)
    assert ask(query, t=pl.DataFrame(sound).head(3)).row(0) == (None, None)


def test_a_group_has_the_same_limits_alone_beside_others_and_in_any_order() -> None:
    alone = sii(DECILES, value="value", se="se")
    both = pl.concat(
        [
            DECILES.with_columns(g=pl.lit("b")),
            DECILES.with_columns(pl.col("value") + 1, g=pl.lit("a")),
        ]
    )
    found = sii(both.reverse(), value="value", se="se", by=["g"])
    assert found["g"].to_list() == ["a", "b"]
    assert found.filter(pl.col("g") == "b").drop("g").equals(alone)


def test_another_seed_moves_the_limits_a_little_and_the_slope_not_at_all() -> None:
    first, second = (sii(DECILES, value="value", se="se", seed=seed) for seed in (1, 2))
    assert first["sii"].item() == second["sii"].item()
    limits = [found["sii_lower95"].item() for found in (first, second)]
    assert limits[0] != limits[1]
    assert limits[0] == pytest.approx(limits[1], rel=0.02)


def test_a_negative_multiplier_turns_both_indices_round() -> None:
    plain = sii(DECILES, value="value", se="se").row(0, named=True)
    turned = sii(DECILES, value="value", se="se", multiplier=-100).row(0, named=True)
    assert turned["sii"] == pytest.approx(-100 * plain["sii"])
    assert turned["rii"] == pytest.approx(1 / plain["rii"])
    assert turned["sii_lower95"] < turned["sii"] < turned["sii_upper95"]
    assert turned["rii_lower95"] < turned["rii"] < turned["rii_upper95"]


def test_the_error_of_a_rate_is_taken_from_its_limits_on_the_logarithmic_scale() -> None:
    z = 1.959963984540054
    error = 0.1
    rates = DECILES.with_columns(
        lower_cl=pl.col("value") * math.exp(-z * error),
        upper_cl=pl.col("value") * math.exp(z * error),
    )
    given = sii(rates.with_columns(se=pl.lit(error)), value="value", se="se", value_type=1)
    derived = sii(rates, value="value", lower_cl="lower_cl", upper_cl="upper_cl", value_type=1)
    assert derived.row(0)[:8] == pytest.approx(given.row(0)[:8], rel=1e-9)


def test_a_transformed_index_is_that_of_the_line_on_its_scale() -> None:
    share = DECILES["population"] / DECILES["population"].sum()
    place = share.cum_sum() - share / 2
    logits = -2 + 1.5 * place
    data = DECILES.with_columns(value=1 / (1 + (-logits).exp())).with_columns(
        lower_cl=pl.col("value") * 0.9, upper_cl=pl.col("value") * 1.1
    )
    found = sii(
        data, value="value", lower_cl="lower_cl", upper_cl="upper_cl", value_type=2, transform=True
    ).row(0, named=True)
    at_0, at_1 = (1 / (1 + np.exp(-logit)) for logit in (-2, -0.5))
    assert (found["sii"], found["rii"]) == pytest.approx((at_1 - at_0, at_1 / at_0), rel=1e-12)
    assert found["intercept"] == pytest.approx(at_0, rel=1e-12)


def test_a_group_that_lacks_a_quantile_or_a_value_has_no_figures() -> None:
    data = pl.concat(
        [
            DECILES.with_columns(g=pl.lit("all")),
            DECILES.head(9).with_columns(g=pl.lit("fewer")),
            DECILES.with_columns(g=pl.lit("gap")).with_columns(
                value=pl.when(pl.col("quantile") == 3).then(None).otherwise("value")
            ),
        ]
    )
    found = sii(data, value="value", se="se", by=["g"]).drop("confidence", "statistic", "method")
    assert [sum(number is None for number in row) for row in found.rows()] == [0, 11, 11]


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({}, {"value": None}, "a value, or x of a proportion"),
        ({}, {"se": None}, "either lower_cl and upper_cl fields, or se field"),
        ({}, {"transform": True}, "value_type should be 1 or 2 when transform is true"),
        ({}, {"transform": True, "value_type": 1}, "se to be missing when transform is true"),
        ({}, {"value_type": 3}, "value_type should be 0, 1 or 2"),
        ({}, {"multiplier": 0}, "a multiplier other than 0"),
        ({}, {"repetitions": 999}, "repetitions must be 1000 or greater"),
        ({}, {"confidence": 0.8}, "confidence level must be between"),
        ({}, {"value_type": 2}, "value of a proportion between 0 and 1"),
        ({"population": 0}, {}, "a population that is positive"),
        ({"population": None}, {}, "a population that is positive"),
        ({"se": -1.0}, {}, "standard errors that are neither negative nor missing"),
        ({"se": None}, {}, "standard errors that are neither negative nor missing"),
        ({"value": 0.0}, {"value_type": 1}, "value above 0"),
        ({"quantile": 1}, {}, "each quantile once in a group"),
        ({"quantile": None}, {}, "a quantile in every row"),
    ],
)
def test_what_has_no_index_is_refused(
    change: dict[str, Any], options: dict[str, Any], words: str
) -> None:
    last = pl.col("quantile") == 10
    data = DECILES.with_columns(
        pl.when(last).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in change.items()
    )
    with pytest.raises(InsightError, match=words):
        sii(data, **{"value": "value", "se": "se", **options})


def test_four_quantiles_are_too_few() -> None:
    with pytest.raises(InsightError, match="between 5 and 100"):
        sii(DECILES.head(4), value="value", se="se")
