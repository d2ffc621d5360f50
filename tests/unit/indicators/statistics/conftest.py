"""A database in memory with the macros of functions/, and frames as its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import duckdb
import polars as pl
import pytest

from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT

Ask = Callable[..., pl.DataFrame]


@pytest.fixture(scope="session")
def macros() -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection for all tests: the macros read nothing and keep nothing."""
    with duckdb.connect() as opened:
        install_macros(opened, load_macros(ROOT / "dbt_like_sql" / "functions"))
        yield opened


@pytest.fixture(scope="session")
def ask(macros: duckdb.DuckDBPyConnection) -> Ask:
    """`ask(query, t=frame)`: the answer to a query over tables named as the keywords."""

    def asked(query: str, **tables: pl.DataFrame) -> pl.DataFrame:
        with closing(macros.cursor()) as cursor:
            for name, frame in tables.items():
                cursor.register(name, frame.to_arrow())
            answer = pl.from_arrow(cursor.sql(query).to_arrow_table())
        assert isinstance(answer, pl.DataFrame)
        return answer

    return asked
