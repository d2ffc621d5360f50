"""Over-dispersion against the papers' formulas, written a second time in numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, rankdata

from insight_pipeline.indicators.statistics.calculation import asked
from insight_pipeline.indicators.statistics.dispersion import (
    Outliers,
    funnel_dispersion,
    widened_limits,
)
from insight_pipeline.kernel.errors import InsightError

Floats = npt.NDArray[np.float64]
# The six of the tests of FunnelPlotR (nhs-r-community), the R package of the same methods.
OBSERVED = [100, 150, 180, 80, 120, 225]
EXPECTED = [108, 112, 165, 95, 100, 220]


def scores(statistic: str, x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Scores and standard errors: Spiegelhalter 2012 for proportions, SHMI for ratios."""
    if statistic == "proportion":
        error = 1 / (2 * np.sqrt(n))
        return (np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(x.sum() / n.sum()))) / error, error
    expected = n if statistic == "isr" else n * x.sum() / n.sum()
    error = 1 / np.sqrt(expected)
    return np.log(np.maximum(x, 0.5) / expected) / error, error


def by_the_papers(statistic: str, x: Floats, n: Floats, outliers: str) -> tuple[float, float]:
    """Dispersion and tau squared."""
    score, error = scores(statistic, x, n)
    if outliers == "trimmed":
        tenth = np.floor(rankdata(score) * 10 / (score.size + 1))
        kept = (tenth > 0) & (tenth < 9)
        score, error = score[kept], error[kept]
    else:
        score = np.clip(score, *np.quantile(score, [0.1, 0.9]))
    groups, phi = score.size, float(np.mean(score**2))
    if groups * phi < groups - 1:
        return phi, 0.0
    weight = error**-2
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return phi, float((groups * phi - (groups - 1)) / room)


def frame(x: object, n: object) -> pl.DataFrame:
    return pl.DataFrame({"numerator": x, "denominator": n})


GROUPS = st.lists(st.tuples(st.integers(30, 900), st.floats(0.3, 2.2)), min_size=10, max_size=40)


@settings(max_examples=40, deadline=None)
@given(
    groups=GROUPS,
    statistic=st.sampled_from(["isr", "rate", "proportion"]),
    outliers=st.sampled_from(["winsorised", "trimmed"]),
)
def test_dispersion_is_that_of_the_papers(
    groups: list[tuple[int, float]], statistic: str, outliers: str
) -> None:
    n = np.array([size for size, _ in groups], dtype=np.float64)
    x = np.floor(n * np.array([away for _, away in groups]) * (0.4 if statistic != "isr" else 1))
    found = funnel_dispersion(
        frame(x.astype(np.int64), n), statistic, outliers=outliers
    ).to_dicts()[0]
    expected = by_the_papers(statistic, x, n, outliers)
    assert found["groups"] == n.size
    assert (found["dispersion"], found["tau_squared"]) == pytest.approx(
        expected, rel=1e-7, abs=1e-9
    )


@pytest.mark.parametrize("outliers", Outliers)
def test_the_dispersion_of_six_hospitals_is_as_worked_by_hand(outliers: Outliers) -> None:
    found = funnel_dispersion(frame(OBSERVED, EXPECTED), "isr", outliers=outliers, fewest_groups=6)
    # Worked by hand from z = sqrt(E) ln(O / E): -0.7998, 3.0915, 1.1177, -1.6750, 1.8232, 0.3333.
    z = np.array([-0.7998, 3.0915, 1.1177, -1.6750, 1.8232, 0.3333])
    # Trimming leaves out nobody of six: the tenths run from floor(10 / 7) to floor(60 / 7).
    kept = z if outliers is Outliers.TRIMMED else np.clip(z, *np.quantile(z, [0.1, 0.9]))
    assert found["dispersion"].item() == pytest.approx(np.mean(kept**2), abs=2e-4)


def test_the_order_of_groups_changes_no_digit() -> None:
    rng = np.random.default_rng(3)
    rows = frame(rng.poisson(40, 25), rng.uniform(25, 60, 25))
    first = funnel_dispersion(rows, "isr")
    for seed in range(5):
        assert funnel_dispersion(rows.sample(25, shuffle=True, seed=seed), "isr").equals(first)


def test_one_group_far_out_does_not_widen_the_funnel_it_is_to_be_found_in() -> None:
    rows = frame([*range(36, 46), 40], [40] * 11)
    far = frame([*range(36, 46), 160], [40] * 11)
    usual, with_one_far = (funnel_dispersion(each, "isr") for each in (rows, far))
    assert usual["tau_squared"].item() == with_one_far["tau_squared"].item() == 0


def test_fewer_than_ten_groups_cannot_tell() -> None:
    rows = frame([10, 90] * 5, [40] * 10)
    assert funnel_dispersion(rows, "isr")["tau_squared"].item() > 0.1
    nine = funnel_dispersion(rows.head(9), "isr").to_dicts()[0]
    assert nine == {"groups": 9, "average": 1.0, "dispersion": None, "tau_squared": None}


def test_funnels_are_told_apart_and_have_averages_of_their_own() -> None:
    rows = frame([30, 50] * 20, [100] * 40).with_columns(
        year=pl.Series([2024] * 20 + [2025] * 20),
        numerator=pl.Series([30, 50] * 10 + [60, 80] * 10),
    )
    found = funnel_dispersion(rows, "proportion", by=["year"])
    assert found["year"].to_list() == [2024, 2025]
    assert found["average"].to_list() == pytest.approx([0.4, 0.7])


@pytest.mark.parametrize("statistic", ["isr", "rate", "proportion"])
def test_widened_limits_are_those_of_the_papers(statistic: str) -> None:
    sizes, average, tau = np.array([20.0, 50.0, 400.0]), 0.3, 0.02
    found = widened_limits(
        pl.DataFrame({"denominator": sizes}), statistic, average=average, tau_squared=tau
    )
    for level, name in ((0.95, "95"), (0.998, "998")):
        z = norm.isf((1 - level) / 2)
        for sign, side in ((-1, "lower"), (1, "upper")):
            if statistic == "proportion":
                angle = np.arcsin(np.sqrt(average)) + sign * z * np.sqrt(1 / (4 * sizes) + tau)
                expected = np.sin(np.clip(angle, 0, np.pi / 2)) ** 2
            else:
                expected = average * np.exp(sign * z * np.sqrt(1 / (average * sizes) + tau))
            assert found[f"{side}{name}"].to_numpy() == pytest.approx(expected * 100, rel=1e-12)


FLAG = "dispersion_flag(flag, 'isr', x / n, n, 1, tau) as flag"


@pytest.mark.parametrize(
    ("flag", "x", "tau", "expected"),
    [
        # E = 25: limits with tau 0.04 are exp(1.96 * 0.2828) = 1.741 and exp(3.09 * ...) = 2.396
        ("High (0.001)", 61, 0.04, "High (0.001)"),
        ("High (0.001)", 59, 0.04, "High (0.025)"),
        ("High (0.025)", 61, 0.04, "High (0.025)"),
        ("High (0.025)", 43, 0.04, "Not significant"),
        ("Low (0.001)", 10, 0.04, "Low (0.001)"),
        ("Low (0.001)", 11, 0.04, "Low (0.025)"),
        ("Low (0.025)", 15, 0.04, "Not significant"),
        ("Not significant", 90, 0.0, "Not significant"),
        ("High (0.001)", 26, None, "High (0.001)"),
        (None, 26, 0.04, None),
        (None, None, 0.04, None),
        ("Not applicable for events less than 10 for dsrs", 9, 0.04,
         "Not applicable for events less than 10 for dsrs"),
    ],
)  # fmt: skip
def test_widening_takes_flags_away_and_makes_none(
    flag: str | None, x: int | None, tau: float | None, expected: str | None
) -> None:
    types = {"flag": pl.String, "x": pl.Int64, "n": pl.Float64, "tau": pl.Float64}
    row = pl.DataFrame({"flag": [flag], "x": [x], "n": [25.0], "tau": [tau]}, schema=types)
    assert asked(row, f"select {FLAG} from given").item() == expected


@pytest.mark.parametrize(
    "refused",
    [
        lambda: funnel_dispersion(frame([1], [0]), "isr"),
        lambda: funnel_dispersion(frame([-1], [5]), "isr"),
        lambda: funnel_dispersion(frame([6], [5]), "proportion"),
        lambda: funnel_dispersion(frame([6], [5]), "mean"),
        lambda: funnel_dispersion(frame([6], [5]), "isr", outliers="left as they are"),
        lambda: funnel_dispersion(frame([6], [5]), "isr", fewest_groups=2),
        lambda: widened_limits(frame([6], [0]), "isr", average=1, tau_squared=0),
        lambda: widened_limits(frame([6], [5]), "isr", average=1, tau_squared=-0.1),
    ],
)
def test_what_cannot_be_is_refused(refused: Callable[[], object]) -> None:
    with pytest.raises(InsightError):
        refused()
