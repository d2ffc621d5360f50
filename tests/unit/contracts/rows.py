"""Rows held against a contract on a small connection, without a delivery around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from insight_pipeline.contracts import scan
from insight_pipeline.contracts.contract import Contract
from insight_pipeline.contracts.rules import compile_rules
from insight_pipeline.sql.model import Macro, load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT

Row = dict[str, str | None]
CODES = [("sex", "male", "M"), ("sex", "m", "M"), ("sex", "f", "F")]


@lru_cache(maxsize=1)
def format_macros() -> tuple[Macro, ...]:
    """This project's macros: formats are promised by their names."""
    return load_macros(ROOT / "dbt_like_sql" / "functions")


def spelling_frame(codes: list[tuple[str, str, str]]) -> pl.DataFrame:
    schema = dict.fromkeys(["vocabulary", "spelling", "code"], pl.String)
    return pl.DataFrame(codes, schema=schema, orient="row")


@lru_cache(maxsize=1)
def _bench() -> duckdb.DuckDBPyConnection:
    """One connection for all: installing the macros takes longer than judging a few rows."""
    connection = duckdb.connect()
    install_macros(connection, format_macros())
    return connection


@contextmanager
def judged(contract: Contract, rows: list[Row]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that holds `judged`; rows are numbered from 2, as in a file with a header."""
    names = {name for row in rows for name in row} or {c.name for c in contract.columns}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(sorted(names), pl.String))
    frame = frame.with_row_index("_row", offset=2).with_columns(pl.col("_row").cast(pl.Int64))
    connection = _bench()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        frame.write_parquet(path)
        rules = compile_rules(contract)
        scan.judge_rows(connection, path, contract, rules, spelling_frame(CODES))
        yield connection


def broken(contract: Contract, rows: list[Row]) -> list[list[str]]:
    """The codes of the rules that each row breaks."""
    with judged(contract, rows) as connection:
        found = connection.execute("select _broken from judged order by _row").fetchall()
    return [sorted(codes) for (codes,) in found]
