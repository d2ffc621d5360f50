"""Dobson's interval against published figures and cases by hand."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.statistics.rates import rate
from insight_pipeline.indicators.statistics.standardised import dsr, dsr_nonindependent
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

TOTALS = {"total_count": "total_count", "total_pop": "total_pop"}
LABELS = ["area", "statistic", "method"]
NARROW = {name: other for name, other in LIMITS.items() if "998" not in name}
few = settings(max_examples=5, deadline=None, derandomize=True)


def agreeing_as_tested(found: pl.DataFrame, expected: pl.DataFrame, absolute: float = 0) -> int:
    """Agreement with the columns that hold: some 99.8 % limits are known to be wrong upstream."""
    assert found.select(LABELS).equals(expected.select(LABELS))
    held = expected["limits998_tested"]
    return agreeing(found, expected, {**TOTALS, **NARROW}, absolute=absolute) + agreeing(
        found.filter(held),
        expected.filter(held),
        {name: other for name, other in LIMITS.items() if "998" in name},
        absolute=absolute,
    )


@pytest.mark.shared
def test_figures_equal_the_published_ones(shared_path: SharedPath, record_property: Record) -> None:
    rows = published(shared_path, "dsr_inputs")
    counted = 0
    for (multiplier,), part in published(shared_path, "dsr_expected").group_by("multiplier"):
        assert isinstance(multiplier, int)
        found = dsr(rows, by=["area"], multiplier=multiplier)
        counted += agreeing_as_tested(found, part.sort("area"))
    figure(record_property, "dsr_expected.csv", counted, "in Python")


@pytest.mark.shared
def test_figures_in_sql_equal_the_published_ones(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    expected = published(shared_path, "dsr_expected").filter(pl.col("multiplier") == 100_000)
    found = ask(
        """
        select
            area,
            sum(count) as total_count,
            sum(pop) as total_pop,
            dsr_value(count, pop, stdpop, 100000) as value,
            dsr_lower(count, pop, stdpop, 100000, 0.95) as lower95,
            dsr_upper(count, pop, stdpop, 100000, 0.95) as upper95,
            dsr_lower(count, pop, stdpop, 100000, 0.998) as lower998,
            dsr_upper(count, pop, stdpop, 100000, 0.998) as upper998,
            dsr_statistic(count, 100000) as statistic,
            'Dobson' as method
        from t group by area order by area
        """,
        t=published(shared_path, "dsr_inputs"),
    )
    counted = agreeing_as_tested(found, expected.sort("area"))
    figure(record_property, "dsr_expected.csv", counted, "in SQL")


@pytest.mark.shared
def test_repeat_events_equal_the_published_figures(
    shared_path: SharedPath, record_property: Record
) -> None:
    rows = published(shared_path, "dsr_nonindependent_inputs")
    expected = published(shared_path, "dsr_nonindependent_expected").sort("area")
    found = dsr_nonindependent(rows, by=["area"])
    counted = agreeing_as_tested(found, expected, absolute=1e-8)
    figure(record_property, "dsr_nonindependent_expected.csv", counted, "in Python")


@pytest.mark.shared
def test_repeat_events_in_sql_equal_the_published_figures(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    expected = published(shared_path, "dsr_nonindependent_expected").sort("area")
    found = ask(
        """
        with bands as (
            select
                area,
                ageband,
                sum(freq * persons) as x,
                sum(freq * freq * persons) as x_squares,
                any_value(pop) as pop,
                any_value(stdpop) as stdpop
            from t group by area, ageband
        )

        select
            dsr_value(x, pop, stdpop, 100000) as value,
            dsr_repeat_lower(x, x_squares, pop, stdpop, 100000, 0.95) as lower95,
            dsr_repeat_upper(x, x_squares, pop, stdpop, 100000, 0.95) as upper95,
            dsr_repeat_lower(x, x_squares, pop, stdpop, 100000, 0.998) as lower998,
            dsr_repeat_upper(x, x_squares, pop, stdpop, 100000, 0.998) as upper998
        from bands group by area order by area
        """,
        t=published(shared_path, "dsr_nonindependent_inputs"),
    )
    counted = agreeing(found, expected, LIMITS, absolute=1e-8)
    figure(record_property, "dsr_nonindependent_expected.csv", counted, "in SQL")


@pytest.mark.shared
def test_the_standard_population_is_the_published_one(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    bands = published(shared_path, "esp2013").with_columns(
        age=pl.col("ageband").str.extract(r"^(\d+)").cast(pl.Int64)
    )
    query = """
        select european_standard_population(age) as first,
        european_standard_population(age + 4.99) as last from t order by age
    """
    found = ask(query, t=bands)
    columns = {"first": "esp2013", "last": "esp2013"}
    assert bands["esp2013"].sum() == 100_000
    figure(record_property, "esp2013.csv", agreeing(found, bands, columns))


def test_ages_nobody_has_stand_in_no_standard_population(ask: Ask) -> None:
    query = """
        select european_standard_population(-1) as a, european_standard_population(null) as b,
        european_standard_population(105) as c
    """
    assert ask(query).row(0) == (None, None, 1000)


def bands(counts: list[float | None], pops: list[float], weights: list[float]) -> pl.DataFrame:
    """One group's age bands."""
    return pl.DataFrame(
        {"count": counts, "pop": pops, "stdpop": weights}, schema_overrides={"count": pl.Float64}
    )


def test_one_band_is_a_crude_rate_with_byars_limits() -> None:
    found = dsr(bands([25], [1000], [5000])).row(0, named=True)
    crude = rate(pl.DataFrame({"numerator": [25], "denominator": [1000]})).row(0, named=True)
    for name in LIMITS:
        assert found[name] == pytest.approx(crude[name], rel=1e-12)


def test_two_bands_by_hand() -> None:
    found = dsr(bands([6, 14], [100, 200], [3, 1]), multiplier=1).row(0, named=True)
    value, variance = (3 * 0.06 + 0.07) / 4, (9 * 6 / 100**2 + 14 / 200**2) / 16
    byar = 20 * (1 - 1 / 180 - 1.959963984540054 / (3 * math.sqrt(20))) ** 3
    assert found["value"] == pytest.approx(value, rel=1e-12)
    assert found["lower95"] == pytest.approx(value + math.sqrt(variance / 20) * (byar - 20))


def test_ten_events_have_figures_and_nine_have_none() -> None:
    ten = dsr(bands([5, 5], [100, 200], [1, 1])).row(0, named=True)
    nine = dsr(bands([4, 5], [100, 200], [1, 1])).row(0, named=True)
    assert ten["value"] is not None and ten["statistic"] == "dsr per 100000"
    assert [nine[name] for name in LIMITS] == [None] * 5
    assert nine["statistic"] == "dsr NA for total count < 10"
    assert (nine["total_count"], nine["total_pop"]) == (9, 300)


def test_no_events_at_all_have_no_figures() -> None:
    for counts in ([0, 0], [None, None]):
        found = dsr(bands([*counts], [100, 200], [1, 1])).row(0, named=True)
        assert (found["value"], found["total_count"]) == (None, 0)


def test_a_band_without_a_count_has_no_events() -> None:
    with_gap = dsr(bands([12, None], [100, 200], [1, 1]))
    assert with_gap.equals(dsr(bands([12, 0], [100, 200], [1, 1])))


def test_a_weight_of_nought_is_allowed_and_nothing_but_noughts_gives_nothing() -> None:
    assert dsr(bands([12, 3], [100, 200], [1, 0]), multiplier=1)["value"].item() == 0.12
    assert dsr(bands([12, 3], [100, 200], [0, 0]))["value"].item() is None


@few
@given(
    counts=st.lists(st.integers(0, 10**9), min_size=19, max_size=19),
    multiplier=st.sampled_from([1, 1000, 100_000]),
)
def test_limits_are_ordered_widen_with_confidence_and_scale(
    counts: list[float | None], multiplier: float
) -> None:
    data = bands([*counts, 10], [10**9 + i for i in range(20)], [5000] * 20)
    order = ["lower998", "lower95", "value", "upper95", "upper998"]
    found, plain = dsr(data, multiplier=multiplier).select(order), dsr(data, multiplier=1)
    assert list(found.row(0)) == sorted(found.row(0))
    unscaled = [number * multiplier for number in plain.select(order).row(0)]
    assert found.row(0) == pytest.approx(unscaled, rel=1e-12)
    assert dsr(data.reverse(), multiplier=multiplier).select(order).equals(found)


def test_single_events_are_independent_ones() -> None:
    data = bands([6, 14], [100, 200], [3, 1]).with_columns(ageband=pl.Series(["a", "b"]), freq=1)
    repeated = dsr_nonindependent(data, "count")
    assert repeated.drop("method").equals(dsr(data).drop("method"))


def test_the_same_events_of_fewer_persons_are_less_certain() -> None:
    rows = {"ageband": [1, 2], "pop": [100, 200], "stdpop": [3, 1]}
    once = pl.DataFrame({**rows, "freq": [1, 1], "persons": [6, 14]})
    twice = pl.DataFrame({**rows, "freq": [2, 2], "persons": [3, 7]})
    narrow, wide = dsr_nonindependent(once), dsr_nonindependent(twice)
    assert narrow["value"].item() == wide["value"].item()
    margins = [found["value"].item() - found["lower95"].item() for found in (narrow, wide)]
    assert margins[1] == pytest.approx(margins[0] * math.sqrt(2), rel=1e-12)


def test_a_number_of_events_that_nobody_had_may_be_left_out() -> None:
    rows = pl.DataFrame(
        {
            "ageband": [1, 1, 2, 2],
            "freq": [1, 3, 1, 3],
            "persons": [6, 0, 14, 2],
            "pop": [100, 100, 200, 200],
            "stdpop": [3, 3, 1, 1],
        }
    )
    assert dsr_nonindependent(rows.filter(pl.col("persons") > 0)).equals(dsr_nonindependent(rows))


def test_what_cannot_be_standardised_is_refused() -> None:
    good = bands([20, 5], [100, 200], [3, 1]).with_columns(ageband=pl.Series(["a", "b"]), freq=1)
    cases = {
        "eventfreq of 0 or more": good.with_columns(freq=pl.Series([1, -1])),
        "ageband field must not have": good.with_columns(ageband=pl.Series(["a", None])),
        "field eventfreq cannot have missing": good.with_columns(freq=pl.Series([1, None])),
        "field pop must be numeric": good.with_columns(pop=pl.Series(["1", "2"])),
    }
    for words, broken in cases.items():
        with pytest.raises(InsightError, match=words):
            dsr_nonindependent(broken, "count")
    with pytest.raises(InsightError, match="multiplier must be greater than 0"):
        dsr(good, multiplier=0)


@pytest.mark.parametrize(
    "row", ["-1, 100, 1", "5, 0, 1", "5, -3, 1", "5, null, 1", "5, 100, -1", "5, 100, null"]
)
def test_an_impossible_band_leaves_the_group_without_figures_in_sql(ask: Ask, row: str) -> None:
    query = f"""
        select
            dsr_value(x, n, w, 1) as v, dsr_lower(x, n, w, 1, 0.95) as l,
            dsr_upper(x, n, w, 1, 0.95) as u, dsr_basis(x, n, w) as b, dsr_spread(x, n, w) as s
        from (values (20, 100, 1), ({row})) as t(x, n, w)
    """
    assert ask(query).row(0) == (None,) * 5


def test_value_and_limits_follow_from_basis_and_spread(ask: Ask) -> None:
    query = """
        select
            dsr_value(x, n, w, 1000) as value,
            dsr_upper(x, n, w, 1000, 0.95) as upper,
            sum(x) / dsr_basis(x, n, w) * 1000 as value_again,
            (
                sum(x) / dsr_basis(x, n, w)
                + dsr_spread(x, n, w) * (poisson_byar_upper(sum(x), 0.95) - sum(x))
            ) * 1000 as upper_again
        from (values (20, 100, 1), (7, 350, 3)) as t(x, n, w)
    """
    found = ask(query).row(0)
    assert found[:2] == pytest.approx(found[2:], rel=1e-12)
