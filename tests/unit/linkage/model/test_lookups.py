"""Frozen counts: what a night takes back is what was frozen, and no value can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.model.lookups import Lookup, freeze, thaw

NAMES = Lookup("name_use", "name", ("as_given", "as_family"), "select name from wanted")
SHARES = Lookup(
    "frequency_family", "family", ("tf_family",), "select name as family from wanted",
    kept="tf_family > 0.01", default=("0.01",),
)  # fmt: skip


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table name_use (name varchar, as_given int, as_family int)")
        connection.execute("insert into name_use values ('zzyzx', 3, 1), ('elmham', 0, 9)")
        connection.execute("create table frequency_family (family varchar, tf_family double)")
        connection.execute("insert into frequency_family values ('elmham', 0.2), ('zzyzx', 0.01)")
        connection.execute("create table wanted as select unnest(['elmham', 'new', null]) as name")
        yield connection


def test_the_wanted_keys_come_back_with_what_they_were_frozen_with(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    freeze(con, [NAMES, SHARES], tmp_path / "l.parquet")
    thaw(con, NAMES, tmp_path / "l.parquet")
    thaw(con, SHARES, tmp_path / "l.parquet")
    assert con.execute("from name_use").fetchall() == [("elmham", 0, 9)]
    shares = con.execute("from frequency_family order by family").fetchall()
    assert shares == [("elmham", 0.2), ("new", 0.01)]


def test_values_nobody_shares_are_not_kept_and_no_value_stands_in_the_file(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "l.parquet"
    freeze(con, [NAMES, SHARES], path)
    kept = con.execute(f"select lookup, count(*) from '{path}' group by all").fetchall()
    assert sorted(kept) == [("frequency_family", 1), ("name_use", 2)]
    assert b"elmham" not in path.read_bytes() and b"zzyzx" not in path.read_bytes()


def test_the_order_of_rows_does_not_change_the_file(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    freeze(con, [NAMES, SHARES], tmp_path / "one.parquet")
    con.execute("create or replace table name_use as from name_use order by name desc")
    freeze(con, [SHARES, NAMES], tmp_path / "other.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "other.parquet").read_bytes()
