"""Rows held against a contract on a small connection, without a delivery around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from insight_pipeline.contracts.judging import scan
from insight_pipeline.contracts.judging.cells import fill_cells, fill_spelling
from insight_pipeline.contracts.judging.headers import Header, match_header
from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.contracts.judging.scan import Found
from insight_pipeline.contracts.promise.contract import Contract
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
    fill_spelling(connection, spelling_frame(CODES))
    return connection


@dataclass(frozen=True)
class Judged:
    """A connection with `cells` and `exceptions` of one delivery."""

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    header: Header

    def found(self, period: tuple[date, date] | None = None) -> Found:
        rules = compile_rules(self.contract)
        return scan.count(self.connection, self.contract, rules, self.header, period)

    def codes(self) -> list[tuple[int, list[str], bool, bool]]:
        """Each row's number, broken codes, whether it is held, whether it is a repeat."""
        names = [rule.code for rule in compile_rules(self.contract) if rule.counts_rows]
        found = self.connection.execute(
            "select _row, _broken, coalesce(_held, false), coalesce(_repeat, false) "
            "from cells left join exceptions using (_row) order by _row"
        ).fetchall()
        return [
            (row, sorted(names[place] for place in places or ()), held, repeat)
            for row, places, held, repeat in found
        ]


@contextmanager
def judged(
    contract: Contract, rows: list[Row], columns: Sequence[str] | None = None
) -> Iterator[Judged]:
    """Rows judged; they are numbered from 2, as in a file with a header."""
    names = (
        columns or sorted({n for row in rows for n in row}) or [c.name for c in contract.columns]
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))
    frame = frame.with_row_index("_row", offset=2).with_columns(pl.col("_row").cast(pl.Int64))
    connection, header = _bench(), match_header(contract, list(names), ())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        frame.write_parquet(path)
        fill_cells(connection, path, contract, header)
        scan.find_exceptions(connection, contract, compile_rules(contract))
        yield Judged(connection, contract, header)


def broken(contract: Contract, rows: list[Row]) -> list[list[str]]:
    """The codes of the rules that each row breaks."""
    with judged(contract, rows) as done:
        return [codes for _, codes, _, _ in done.codes()]
