"""Runs the macros of functions/ over a frame: the one place where Python hands numbers to SQL.

Belongs here: a DuckDB in memory with the macros, and the two ways a statistic reads rows, one
figure for each row or for each group. Does not belong here: any formula (dbt_like_sql/functions).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.indicators.statistics.request import Request, key_faults
from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.settings import PACKAGE_PARENT, load_settings
from insight_pipeline.sql.engines.duckdb import literal
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros


def figures_by_row(request: Request, items: Sequence[str], **also: pl.Series) -> pl.DataFrame:
    """The request's rows, in their order, with one more column for each item `… as name`.

    An item may use the request's columns, the series `also`, and group_number in a window. A
    column of the rows that already has an item's name is replaced.
    """
    numbers = grouped(request)[1].with_columns(**also).with_row_index("row_number")
    query = f"select {', '.join(items)} from given order by row_number"
    return request.data.with_columns(asked(numbers, query).get_columns())


def figures_by_group(
    request: Request, items: Sequence[str], *, rows: str = "given", **also: pl.Series
) -> pl.DataFrame:
    """One row for each group in the order of its keys: the keys, then each item `… as name`.

    An item is an aggregate over `rows`, a relation or subquery of `given`, which holds the
    request's columns, group_number and the series `also`. Without rows there is no group.
    InsightError when a key has the name of an item.
    """
    groups, numbers = grouped(request)
    query = f"""
        select {", ".join(items)}
        from {rows} as given_rows
        group by group_number
        order by group_number
    """
    answer = asked(numbers.with_columns(**also), query)
    raise_all(key_faults(request, answer.columns))
    return groups.hstack(answer)


def asked(rows: pl.DataFrame, query: str) -> pl.DataFrame:
    """The answer to one query over `given`, which holds the rows."""
    with closing(_database().cursor()) as connection:
        connection.register("given", rows.to_arrow())
        answer = pl.from_arrow(connection.sql(query).to_arrow_table())
    assert isinstance(answer, pl.DataFrame)  # noqa: S101  (a table never becomes a Series)
    return answer


def grouped(request: Request) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The groups in the order of their keys, and the request's numbers with group_number."""
    numbers = request.numbers()
    if not request.by:
        group = pl.lit(0, dtype=pl.UInt32).alias("group_number")
        return pl.DataFrame(height=min(request.data.height, 1)), numbers.with_columns(group)
    keys = [f"key {index}" for index in range(len(request.by))]
    rows = request.data.select(
        pl.col(name).alias(key) for name, key in zip(request.by, keys, strict=True)
    )
    groups = rows.unique().sort(keys, nulls_last=True).with_row_index("group_number")
    joined = rows.join(groups, on=keys, how="left", nulls_equal=True, maintain_order="left")
    named = groups.select(
        pl.col(key).alias(name) for name, key in zip(request.by, keys, strict=True)
    )
    return named, numbers.with_columns(joined["group_number"])


def figure(
    value: str, limit: str, levels: Sequence[float], statistic: str, method: str
) -> list[str]:
    """The select items of a figure: value, lower95, upper95, …, confidence, statistic, method.

    All are SQL; `limit` is a call with {side} and {level} in it.
    """
    return [
        f"{value} as value",
        *limits(limit, levels),
        f"{literal(level_words(levels))} as confidence",
        f"{statistic} as statistic",
        f"{method} as method",
    ]


def limits(limit: str, levels: Sequence[float], suffix: str = "") -> list[str]:
    """Select items lower95, upper95, … from a call with {side} and {level} in it.

    {other} is the opposite side, for the denominator at which an interval ends at the average.
    """
    return [
        f"{limit.format(side=side, other=other, level=number(level))}"
        f" as {side}{level_name(level)}{suffix}"
        for level in levels
        for side, other in (("lower", "upper"), ("upper", "lower"))
    ]


def level_name(level: float) -> str:
    """A level in a column's name: 95 for 0.95, 998 for 0.998."""
    return f"{level * 100:.12g}".replace(".", "")


def level_words(levels: Sequence[float]) -> str:
    """Levels as PHEindicatormethods writes them: 95%, 99.8%."""
    return ", ".join(f"{level * 100:.12g}%" for level in levels)


def normal_quantile(level: float) -> float:
    """The two-sided normal quantile of a level, from the macro of that name."""
    one = pl.DataFrame({"level": [level]})
    return float(asked(one, "select normal_quantile(level) as z from given").item())


def summed(request: Request, sql: str, *names: str) -> str:
    """A sum of columns as SQL: a whole number where all of them are of such a type."""
    return f"({sql})::bigint" if request.whole(*names) else sql


def total(column: str) -> str:
    """The sum of a group's column as SQL, NULL when one of its values is."""
    return f"case when count({column}) = count(*) then sum({column} order by {column}) end"


def number(value: float) -> str:
    """A number as SQL, every digit of it."""
    return f"{float(value)!r}::double"


def plain(value: float) -> str:
    """A multiplier in words: 100000, never 1e+05."""
    return f"{value:.15g}"


@lru_cache(maxsize=1)
def _database() -> duckdb.DuckDBPyConnection:
    """One database in memory with the macros; every call reads it through its own cursor.

    One thread: sums of doubles then never depend on how rows were shared out.
    """
    connection = duckdb.connect(config={"threads": "1"})
    install_macros(connection, load_macros(_macro_folder()))
    return connection


def _macro_folder() -> Path:
    """functions/ beside this package, wherever the caller stands; else that of the settings."""
    beside = PACKAGE_PARENT / "dbt_like_sql" / "functions"
    return beside if beside.is_dir() else load_settings().sql / "functions"
