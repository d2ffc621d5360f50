"""Life expectancy from an abridged life table with Silcocks' limits.

Belongs here: the life table, when it is suppressed, and what it refuses. Does not belong here:
standardised rates. The table is a chain of products and sums over ages, so polars has it, not SQL.

Sources: Chiang 1984, The life table and its applications (method II); Silcocks and others 2001,
J Epidemiol Community Health 55; PHEindicatormethods phe_life_expectancy.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import (
    grouped,
    level_name,
    level_words,
    normal_quantile,
)
from insight_pipeline.indicators.statistics.request import (
    PUBLISHED,
    broken_rows,
    column_faults,
    key_faults,
    requested,
)
from insight_pipeline.kernel.errors import raise_all

AGES = (0, 1, *range(5, 95, 5))
SMALLEST_POPULATION = 5_000
WIDEST_INTERVAL_YEARS = 20
_WHERE = "life_expectancy"
_LIVED_BY_INFANTS = 0.1


def life_expectancy(
    data: pl.DataFrame,
    deaths: str = "deaths",
    population: str = "population",
    startage: str = "startage",
    *,
    by: Sequence[str] = (),
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """Years yet to be lived at the start of each age band, for each group of `by`.

    `startage` is 0, 1, 5, 10, … 90, or a text that begins so ('0', '1-4', '90+'). A group has no
    figures when deaths are negative, a population is not positive, deaths exceed it, its bands are
    not these 20, a number is NULL, or it has 5,000 people or fewer; a value alone is NULL when its
    95 % interval is wider than 20 years. InsightError: a start age that is none of these. Gives the
    keys, startage, value, lower95, upper95, lower998, upper998, pops_used and deaths_used (of that
    age and all later ones), confidence, statistic, method.
    """
    columns = {"deaths": deaths, "population": population}
    raise_all(column_faults(_WHERE, data, columns.values(), [startage, *by]))
    request = requested(_WHERE, data, columns, by, confidence)
    age = data[startage].cast(pl.String).str.extract(r"(\d+)").cast(pl.Int64).alias("age")
    rows = grouped(request)[1].with_columns(age).with_row_index("row_number")
    unknown = ~pl.col("age").is_in(AGES) | pl.col("age").is_null()
    raise_all(broken_rows(rows, unknown, _WHERE, f"start ages {', '.join(map(str, AGES))}"))
    table = _life_table(rows.sort("group_number", "age"))
    figures = _figures(table, request.levels)
    raise_all(key_faults(request, figures.columns))
    whole = [
        pl.col(name).cast(pl.Int64)
        for name, column in (("pops_used", "population"), ("deaths_used", "deaths"))
        if request.whole(column)
    ]
    return (
        data.select(*by, startage)[table["row_number"]]
        .hstack(figures.with_columns(whole))
        .with_columns(
            pl.lit(level_words(request.levels)).alias("confidence"),
            pl.format("life expectancy at {}", startage).alias("statistic"),
            pl.lit("Chiang, using Silcocks et al for confidence limits").alias("method"),
        )
    )


def _life_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Life expectancy `e` and its standard error `se` at each age; NULL in a suppressed group."""
    group = "group_number"
    last = pl.col("age") == AGES[-1]
    width = (pl.col("age").shift(-1) - pl.col("age")).over(group).cast(pl.Float64)
    table = rows.with_columns(_usable().over(group).alias("usable"))
    table = table.with_columns(
        pl.when("usable").then(pl.col(name)).alias(name) for name in ("deaths", "population")
    ).with_columns(
        m=pl.col("deaths") / pl.col("population"),
        a=pl.when(pl.col("age") == 0).then(_LIVED_BY_INFANTS).otherwise(0.5),
    )
    table = table.with_columns(n=pl.when(last).then(2 / pl.col("m")).otherwise(width))
    table = table.with_columns(
        q=pl.when(pl.col("deaths") <= pl.col("population") / pl.col("n") / pl.col("a"))
        .then(pl.col("m") * pl.col("n") / (1 + pl.col("m") * pl.col("n") * (1 - pl.col("a"))))
        .when("usable")
        .then(1.0)
    )
    survivors = 100_000 * (1 - pl.col("q")).shift(1, fill_value=1.0).cum_prod().over(group)
    table = table.with_columns(l=pl.when("usable").then(survivors))
    following = pl.col("l").shift(-1, fill_value=0.0).over(group)
    table = table.with_columns(d=pl.col("l") - following, l_next=following)
    lived = pl.col("n") * (pl.col("l_next") + pl.col("a") * pl.col("d"))
    table = table.with_columns(
        lived=pl.when(last).then(pl.col("l") / pl.col("m")).otherwise(lived)
    ).with_columns(t=pl.col("lived").cum_sum(reverse=True).over(group))
    table = table.with_columns(
        e=pl.when(pl.col("l") == 0).then(0.0).otherwise(pl.col("t") / pl.col("l"))
    )
    return _with_error(table, last, group)


def _with_error(table: pl.DataFrame, last: pl.Expr, group: str) -> pl.DataFrame:
    """Silcocks' standard error; the variance of the last band is that of its death rate."""
    of_band = (
        pl.when(pl.col("d") == 0)
        .then(0.0)
        .otherwise(pl.col("q") ** 2 * (1 - pl.col("q")) / pl.col("deaths"))
    )
    reach = (1 - pl.col("a")) * pl.col("n") + pl.col("e").shift(-1).over(group)
    of_last = 4 / (pl.col("deaths") * pl.col("m") ** 2) * (pl.col("l") / 2) ** 2
    table = table.with_columns(
        w=pl.when(last).then(of_last).otherwise(of_band * pl.col("l") ** 2 * reach**2)
    )
    variance = pl.col("w").cum_sum(reverse=True).over(group) / pl.col("l") ** 2
    return table.with_columns(se=variance.sqrt())


def _usable() -> pl.Expr:
    """Whether a group's rows make a life table that may be shown."""
    deaths, population = pl.col("deaths"), pl.col("population")
    sound = (deaths >= 0) & (population > 0) & (deaths <= population)
    return (
        sound.fill_null(False).all()
        & (pl.len() == len(AGES))
        & (pl.col("age").n_unique() == len(AGES))
        & (population.sum() > SMALLEST_POPULATION)
    )


def _figures(table: pl.DataFrame, levels: Sequence[float]) -> pl.DataFrame:
    group = "group_number"
    wide = 2 * normal_quantile(0.95) * pl.col("se") > WIDEST_INTERVAL_YEARS
    limits = {
        f"{side}{level_name(level)}": _finite(
            pl.col("e") + sign * normal_quantile(level) * pl.col("se")
        )
        for level in levels
        for side, sign in (("lower", -1), ("upper", 1))
    }
    return table.select(
        value=_finite(pl.when(wide.fill_null(False)).then(None).otherwise(pl.col("e"))),
        **limits,
        pops_used=pl.col("population").cum_sum(reverse=True).over(group),
        deaths_used=pl.col("deaths").cum_sum(reverse=True).over(group),
    )


def _finite(number: pl.Expr) -> pl.Expr:
    return pl.when(number.is_finite()).then(number)
