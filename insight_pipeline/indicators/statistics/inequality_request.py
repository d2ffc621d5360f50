"""What an index of inequality is asked for, on which scale, and what it refuses.

Belongs here: the rules of its input and the transformations. Does not belong here: the line and the
simulation (inequality.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from insight_pipeline.indicators.statistics.calculation import grouped
from insight_pipeline.indicators.statistics.request import (
    Request,
    argument_faults,
    broken_rows,
    requested,
)
from insight_pipeline.kernel.errors import Fault, raise_all

FEWEST_QUANTILES, MOST_QUANTILES = 5, 100
FEWEST_REPETITIONS = 1_000
_WHERE = "sii"
_TYPES = ("normal", "rate", "proportion")


@dataclass(frozen=True)
class Scale:
    """The scale on which a value's error is normal: as it is, logarithm, or logit.

    `fitted_there` says that the line is fitted on it, too.
    """

    value_type: int
    fitted_there: bool

    @property
    def words(self) -> str:
        transform = ("none", "log", "logit")[self.value_type] if self.fitted_there else "none"
        return f"{_TYPES[self.value_type]}, transform {transform}"

    def there(self, value: pl.Expr) -> pl.Expr:
        """The value on the scale."""
        odds = (value, value, value / (1 - value))[self.value_type]
        return odds if self.value_type == 0 else odds.log()

    def back_expr(self, value: pl.Expr) -> pl.Expr:
        """From the scale to the value's own."""
        return (value, value.exp(), 1 / (1 + (-value).exp()))[self.value_type]

    def back(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """From the scale to the values' own."""
        if self.value_type == 0:
            return values
        return np.exp(values) if self.value_type == 1 else 1 / (1 + np.exp(-values))


def sii_request(
    data: pl.DataFrame,
    always: Mapping[str, str],
    optional: Mapping[str, str | None],
    by: Sequence[str],
    confidence: float | Sequence[float],
    settings: tuple[int, bool, float, int],
) -> tuple[Request, Scale]:
    """The request and its scale; `settings` are value_type, transform, multiplier, repetitions.

    InsightError: neither value nor x; neither se nor both limits; transform with se or of value
    type 0; a multiplier of 0; under 1,000 repetitions; a population NULL or <= 0; se NULL or
    negative; limits NULL; a rate not above 0, a proportion (or a limit of one) not between 0 and 1;
    fewer than 5 or more than 100 quantiles; a quantile NULL or twice in a group.
    """
    given = {name: column for name, column in optional.items() if column}
    if "value" in given:
        given.pop("x", None)
    raise_all(_argument_faults(given, *settings))
    if "se" in given:
        given = {name: column for name, column in given.items() if not name.endswith("_cl")}
    request = requested(_WHERE, data, {**always, **given}, by, confidence)
    value_type, transform, _, _ = settings
    request.refuse(*_rules(request.columns, value_type))
    raise_all(_quantile_faults(request))
    return request, Scale(value_type, transform)


def _argument_faults(
    given: Mapping[str, str], value_type: int, transform: bool, multiplier: float, repetitions: int
) -> Iterator[Fault]:
    limits = {"lower_cl", "upper_cl"} <= given.keys()
    proportion = value_type == 2 and "x" in given
    rules = (
        (value_type in (0, 1, 2), "value_type should be 0, 1 or 2"),
        ("value" in given or proportion, "a value, or x of a proportion (value_type 2)"),
        ("se" in given or limits, "either lower_cl and upper_cl fields, or se field"),
        (value_type != 0 or not transform, "value_type should be 1 or 2 when transform is true"),
        ("se" not in given or not transform, "se to be missing when transform is true"),
        (math.isfinite(multiplier) and multiplier != 0, "a multiplier other than 0"),
        (repetitions >= FEWEST_REPETITIONS, "number of repetitions must be 1000 or greater"),
    )
    for holds, rule in rules:
        yield from argument_faults(_WHERE, holds, rule, "arguments that break this")


def _rules(columns: Mapping[str, str], value_type: int) -> Iterator[tuple[pl.Expr, str]]:
    population = pl.col("population")
    words = "a population that is positive and not missing in every row"
    yield population.is_null() | (population <= 0), words
    yield pl.col("quantile").is_null(), "a quantile in every row"
    if "se" in columns:
        words = "standard errors that are neither negative nor missing"
        yield pl.col("se").is_null() | (pl.col("se") < 0), words
    if "x" in columns:
        yield pl.col("x") <= 0, "counts x above 0"
        yield pl.col("x") >= population, "counts x below the population"
    for name in columns.keys() & {"lower_cl", "upper_cl"}:
        yield pl.col(name).is_null(), f"{name} without missing values"
    for name in sorted(columns.keys() & {"value", "lower_cl", "upper_cl"}):
        if value_type:
            yield pl.col(name) <= 0, f"{name} above 0, whose logarithm is taken"
        if value_type == 2:
            yield pl.col(name) >= 1, f"{name} of a proportion between 0 and 1"


def _quantile_faults(request: Request) -> Iterator[Fault]:
    rows = grouped(request)[1]
    found = rows["quantile"].n_unique()
    words = "Number of quantiles must be between 5 and 100"
    holds = FEWEST_QUANTILES <= found <= MOST_QUANTILES
    yield from argument_faults(_WHERE, holds, words, f"{found} quantiles")
    twice = pl.struct("group_number", "quantile").is_duplicated()
    yield from broken_rows(rows, twice, _WHERE, "each quantile once in a group")
